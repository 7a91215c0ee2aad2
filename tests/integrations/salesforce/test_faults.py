"""The fault table of Salesforce (F-08): every effect at most once, the right end, nothing stuck without words."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from integrations import breaker, http, ledger, outcomes, state, tasks, tokens
from integrations.docusign.client import _tidy_loggers
from integrations.errors import VendorError
from integrations.models import Call, ErrorClass, ExternalAction
from integrations.salesforce import reading
from tests.integrations.salesforce.conftest import NORTHWIND, Change, ask, now, until_settled
from tests.mail.fault_servers import dies_at
from tests.sandbox_desk import VendorSandbox

PASSING = ["401", "403-limit", "429", "500", "503", "lock", "hang", "drop-before", "drop-after", "html", "redirect"]
PASSING += ["truncated", "big", "empty"]
WITHOUT_ANSWER = {"deal", "account"}  # 204: there is nothing to cut off
FOR_PEOPLE = ["duplicates", "validation"]


@pytest.mark.parametrize("mode", PASSING)
def test_a_fault_that_passes_leaves_exactly_one_effect(
    org: VendorSandbox, changes: dict[str, Change], mode: str
) -> None:
    """F-08: a deal closed, an owner changed, a file, a post and a case, each with the fault at its write."""
    for effect, change in changes.items():
        before = change.effects()
        org.fault("salesforce", mode, times=1, match=change.wire)
        action = ask(change, key=effect)
        seen = until_settled(action)
        assert (action.state, action.last_error) == ("done", ""), (effect, action.error_code)
        assert change.effects() == before + 1, effect
        if mode == "truncated" and effect in WITHOUT_ANSWER:  # its line is cut: a read behind it may meet the dead line
            assert len(seen) in {1, 2}, (effect, seen)
        else:
            assert len(seen) == (1 if mode == "401" else 2), (effect, seen)


@pytest.mark.parametrize("mode", FOR_PEOPLE)
def test_a_refusal_waits_for_a_person_and_writes_nothing(
    org: VendorSandbox, changes: dict[str, Change], mode: str
) -> None:
    """F-08: a duplicate is never allowed silently."""
    for effect, change in changes.items():
        before = change.effects()
        org.fault("salesforce", mode, times=1, match=change.wire)
        action = ask(change, key=effect)
        (outcome,) = until_settled(action)
        assert outcome.kind is outcomes.REFUSED
        assert (action.state, bool(action.last_error)) == ("refused", True)
        assert change.effects() == before, effect


def test_asking_twice_and_after_it_was_done_changes_nothing(org: VendorSandbox, changes: dict[str, Change]) -> None:
    """F-08: look before write."""
    for effect, change in changes.items():
        before = change.effects()
        action = ask(change, key=effect)
        until_settled(action)
        assert ask(change, key=effect).pk == action.pk
        ExternalAction.objects.filter(pk=action.pk).update(state="waiting")  # a worker that forgot it was there
        assert now(action).kind is outcomes.ALREADY
        assert action.already
        assert change.effects() == before + 1, effect


def test_a_server_that_stays_away_is_left_in_peace(org: VendorSandbox, changes: dict[str, Change]) -> None:
    """F-08: 503 for ever opens the breaker; the row waits and says so."""
    org.fault("salesforce", "503")
    action = ask(changes["deal"])
    for _ in range(7):
        now(action)
    assert breaker.state("salesforce").open
    assert (action.state, bool(action.last_error)) == ("waiting", True)
    asked = len(org.requests("salesforce"))
    assert now(action).kind is outcomes.RETRY_LATER
    assert len(org.requests("salesforce")) == asked
    org.fault("salesforce")
    breaker.close("salesforce")
    assert until_settled(action)[-1].worked


def test_retry_after_is_honoured_by_waiting_in_the_row(org: VendorSandbox, changes: dict[str, Change]) -> None:
    """F-08: the worker is free meanwhile."""
    org.fault("salesforce", "503", times=1, match=changes["deal"].wire, retry_after=300)
    action = ask(changes["deal"])
    outcome = now(action)
    assert 299 <= outcome.after <= 400
    call = Call.objects.filter(error_class="busy").get()
    assert call.milliseconds < 60_000


def test_an_expired_token_makes_one_login_and_one_replay(org: VendorSandbox, changes: dict[str, Change]) -> None:
    """F-08."""
    reading.account(NORTHWIND)
    org.ask("/salesforce/expire", {})
    reading.account(NORTHWIND)
    assert _logins(org) == 2
    org.ask("/salesforce/expire", {})
    assert until_settled(ask(changes["account"]))[-1].worked
    assert _logins(org) == 3


def test_a_guard_is_still_there_after_the_token_was_renewed(
    org: VendorSandbox, changes: dict[str, Change], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vendors.md §2.1: the library loses headers on its replay; ours does not."""
    guards, send = [], http.VendorAdapter.send

    def watched(adapter: http.VendorAdapter, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method == "PATCH":
            guards.append(request.headers.get("If-Unmodified-Since"))
        return send(adapter, request, *args, **kwargs)

    monkeypatch.setattr(http.VendorAdapter, "send", watched)
    org.fault("salesforce", "401", times=1, match=changes["account"].wire)
    until_settled(ask(changes["account"]))
    assert len(guards) == 2
    assert guards[0] == guards[1] is not None


def test_a_token_that_is_never_taken_makes_one_more_login_and_then_none(
    org: VendorSandbox, changes: dict[str, Change]
) -> None:
    """F-08, vendors.md §2.1: no login loop."""
    org.fault("salesforce", "401", match="/services/data")
    action = ask(changes["deal"])
    for _ in range(5):
        now(action)
    assert _logins(org) == 2
    assert (action.state, action.error_class) == ("waiting", "auth")
    assert "sign in" in action.last_error


def test_after_an_outage_the_one_who_asks_first_may_sign_in_again(org: VendorSandbox) -> None:
    """F-08: it took all sessions with it, so the first answer is a 401, and then a login is needed."""
    reading.account(NORTHWIND)
    org.ask("/salesforce/expire", {})
    breaker.open_("salesforce", ErrorClass.BUSY, "It does not answer.", seconds=0)
    assert reading.account(NORTHWIND)
    assert not breaker.state("salesforce").open


def test_a_refused_login_is_tried_once(org: VendorSandbox, changes: dict[str, Change], settings: Any) -> None:
    """F-08: nobody locks the account out, and the words are Salesforce's."""
    settings.SALESFORCE = replace(settings.SALESFORCE, consumer_key="another")
    action = ask(changes["deal"])
    for _ in range(5):
        now(action)
    assert _logins(org) == 1
    assert (action.state, action.error_class) == ("waiting", "auth")
    assert "client identifier invalid" in action.last_error
    assert state.state_of("salesforce").tone == "bad"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", ["action claimed", "action done at vendor"])
def test_a_worker_that_is_killed_leaves_one_post(
    sandbox: VendorSandbox, changes: dict[str, Change], place: str
) -> None:
    """F-01, F-08: the power goes before or after the write; the next worker looks."""
    action = ask(changes["post"])
    dies_at(place, partial(ledger.perform, action.pk))
    action.refresh_from_db()
    assert action.state == "running"
    ExternalAction.objects.update(claimed_until=Now() - timedelta(seconds=1))
    tasks.sweep()
    assert until_settled(action)[-1].kind is outcomes.DONE
    assert changes["post"].effects() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_workers_that_meet_an_expired_token_make_one_login(sandbox: VendorSandbox) -> None:
    """F-08."""
    reading.account(NORTHWIND)
    sandbox.ask("/salesforce/expire", {})
    sandbox.ask("/requests/clear", {})
    start, names = threading.Barrier(8), []

    def work() -> None:
        start.wait()
        hit = reading.account(NORTHWIND)
        names.append(hit.name if hit else "")
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names == ["Northwind DevOps GmbH"] * 8
    assert _logins(sandbox) == 1


@pytest.mark.parametrize("mode", ["html", "redirect", "truncated", "big", "empty", "hang", "503", "500", "drop-after"])
def test_a_read_fails_with_words_and_is_not_repeated(org: VendorSandbox, mode: str) -> None:
    """F-08: reads get the same classes; whoever asked decides."""
    reading.account(NORTHWIND)
    org.ask("/requests/clear", {})
    org.fault("salesforce", mode, match="/query")
    with pytest.raises(VendorError) as caught:
        reading.account(NORTHWIND)
    assert caught.value.kind == "busy"
    assert caught.value.words
    assert len(org.requests("salesforce")) == 1


def test_no_line_of_the_log_says_what_was_searched_for(org: VendorSandbox, caplog: pytest.LogCaptureFixture) -> None:
    """S-12: with LOG_LEVEL=DEBUG, too, and in a worker where DocuSign's library has left its mark on the loggers."""
    _tidy_loggers()
    caplog.set_level(logging.DEBUG)
    assert reading.search_accounts("O'Brien")
    assert "Brien" not in caplog.text


def test_the_log_of_calls_holds_nothing_personal_and_no_secret(org: VendorSandbox, changes: dict[str, Change]) -> None:
    """S-12, F-08."""
    for change in changes.values():
        until_settled(ask(change, key=f"PHD-1042/{change.operation}"))
    reading.search_accounts("O'Brien & Söhne")
    written = " ".join(str(list(Call.objects.values_list())))
    token = tokens.get(next(iter(tokens._known)), lambda: pytest.fail("there is one")).value
    for word in ("Brien", "Northwind", "Maria", "PO 4711", "Redlines", "SELECT", "integration@", token, "Bearer"):
        assert word not in written
    actions = ExternalAction.objects.count()
    assert Call.objects.values("correlation").distinct().count() <= actions + 8


def _logins(sandbox: VendorSandbox) -> int:
    return sum(one["path"] == "/services/oauth2/token" for one in sandbox.requests("salesforce"))
