"""A vendor that fails is left in peace, then asked by one; without Redis nothing is worse than before (F-08, F-03)."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as RedisAway

from integrations import breaker, calls, shared, state, tokens
from integrations.errors import BREAKER_OPEN, VendorError
from integrations.models import ErrorClass, ExternalAction
from integrations.tokens import Token

pytestmark = pytest.mark.django_db


def fail(kind: ErrorClass, *, breaker_name: str = "") -> None:
    with (
        pytest.raises(VendorError),
        calls.doing("x", breaker=breaker_name),
        calls.record("salesforce", method="GET"),
    ):
        raise VendorError("salesforce", kind, "CODE", "It does not answer.", status=503)


def call() -> None:
    with calls.record("salesforce", method="GET") as measured:
        measured.status = 200


def rest_is_over() -> None:
    kept = shared.read(breaker._key("salesforce"))
    shared.keep(breaker._key("salesforce"), {**kept, "until": time.time() - 1}, seconds=60)


def in_another_worker(ask: Callable[[], object]) -> str:
    """The code of the refusal there, or nothing."""
    with ThreadPoolExecutor(max_workers=1) as other:
        problem = other.submit(ask).exception()
    return problem.code if isinstance(problem, VendorError) else ""


def test_five_failures_in_a_minute_open_it_and_one_call_closes_it_again() -> None:
    for _ in range(4):
        fail(ErrorClass.BUSY)
    call()
    assert not breaker.state("salesforce").open
    fail(ErrorClass.AMBIGUOUS)
    found = breaker.state("salesforce")
    assert found.open
    assert 55 < found.seconds <= 60
    with pytest.raises(VendorError) as refusal:
        call()
    assert (refusal.value.code, refusal.value.kind) == (BREAKER_OPEN, ErrorClass.BUSY)
    assert not breaker.state("docusign").open
    rest_is_over()
    breaker.check("salesforce")  # one asks
    breaker.check("salesforce")  # and goes on, for it may have to sign in
    assert in_another_worker(lambda: breaker.check("salesforce")) == BREAKER_OPEN  # the others wait for its answer
    breaker.worked("salesforce")
    call()


def test_the_one_that_asks_in_vain_prolongs_the_rest() -> None:
    breaker.failed("salesforce", ErrorClass.AUTH)
    rest_is_over()
    fail(ErrorClass.BUSY)
    assert breaker.state("salesforce").seconds > 50


def test_refusals_about_one_record_open_nothing() -> None:
    for _ in range(10):
        fail(ErrorClass.PERMANENT)
        fail(ErrorClass.LOCK)
    assert not breaker.state("salesforce").open


def test_a_limit_opens_it_until_the_next_hour() -> None:
    fail(ErrorClass.LIMIT)
    until = breaker.state("salesforce").until
    assert until
    assert abs((until - datetime.fromtimestamp(time.time() + breaker.until_next_hour(), UTC)).total_seconds()) < 2


def test_chatter_fails_for_itself() -> None:
    for _ in range(5):
        fail(ErrorClass.BUSY, breaker_name=breaker.CHATTER)
    assert breaker.state(breaker.CHATTER).open
    call()
    assert state.state_of("salesforce").tone == "warn"


def test_trying_now_asks_in_spite_of_it() -> None:
    breaker.failed("salesforce", ErrorClass.AUTH)
    with breaker.overruled("salesforce"):
        call()
    assert not breaker.state("salesforce").open


def test_the_state_says_in_words_what_is_and_what_waits() -> None:
    assert state.state_of("salesforce").tone == "quiet"
    call()
    assert state.state_of("salesforce").tone == "ok"
    with calls.record("salesforce", method="GET") as measured:
        measured.limit_used, measured.limit_total = 4100, 5000
    seen = state.state_of("salesforce")
    assert (seen.tone, seen.words) == ("warn", "82 % of today's calls to Salesforce are used.")
    fail(ErrorClass.AUTH)
    assert state.state_of("salesforce").last_problem
    ExternalAction.objects.create(key="1", vendor="salesforce", operation="salesforce.x", payload_hash="")
    breaker.failed("salesforce", ErrorClass.AUTH, why="Signing in is refused.")
    seen = state.state_of("salesforce")
    assert seen.tone == "bad"
    assert seen.words.endswith("Signing in is refused. 1 change waits and goes on by itself.")
    assert seen.backlog.oldest


def test_without_redis_everything_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """F-03."""

    def away(*_: Any, **__: Any) -> None:
        raise RedisAway

    asked: list[int] = []
    for name in ("get", "set", "add", "incr", "delete_many"):
        monkeypatch.setattr(RedisCache, name, away)
    for _ in range(6):
        fail(ErrorClass.BUSY)
    call()
    assert not breaker.state("salesforce").open

    def mint() -> Token:
        asked.append(1)
        return Token(value=f"t{len(asked)}", seconds=60)

    assert [tokens.get("x", mint).value for _ in range(3)] == ["t1"] * 3
    assert tokens.get("x", mint, refused="t1").value == "t2"
