"""The library's traps closed: one request, in its time, to the agreed host, and only whole answers (F-08)."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connections
from docusign_esign import EnvelopesApi

from integrations import breaker, calls, shared, tokens
from integrations.configuration import new_private_key
from integrations.docusign import client, hosts, reading
from integrations.docusign.client import APPROVER, SENDER, PHDApiClient
from integrations.errors import BREAKER_OPEN, VendorError
from integrations.models import Call, ErrorClass
from tests.sandbox_desk import VendorSandbox

pytestmark = pytest.mark.django_db
PAUSED = "a1000000-5e1d-4a00-8000-000000000006"
SHORT = calls.Patience(connect=5.0, read=1.0, total=2.0)


def problem_of(call: Callable[[], object]) -> VendorError:
    with pytest.raises(VendorError) as caught:
        call()
    return caught.value


def read() -> object:
    return client.ask(SENDER, "envelope", lambda api, account: api.get_envelope(account, PAUSED), patience=SHORT)


def write() -> object:
    change = client.Envelope(status="voided", voided_reason="Asked twice.")
    return client.ask(
        SENDER, "void", lambda api, account: api.update(account, PAUSED, envelope=change), patience=SHORT, changes=True
    )


def asked(docusign: VendorSandbox, path: str = "/restapi/") -> int:
    return sum(path in one["path"] for one in docusign.requests("docusign"))


@pytest.mark.parametrize(
    ("mode", "reading_is", "writing_is", "code"),
    [
        ("503", ErrorClass.BUSY, ErrorClass.BUSY, "SERVICE_UNAVAILABLE"),
        ("500", ErrorClass.BUSY, ErrorClass.AMBIGUOUS, ""),
        ("429", ErrorClass.BUSY, ErrorClass.BUSY, "BURST_APIINVOCATION_LIMIT_EXCEEDED"),
        ("403-limit", ErrorClass.LIMIT, ErrorClass.LIMIT, "HOURLY_APIINVOCATION_LIMIT_EXCEEDED"),
        ("lock", ErrorClass.LOCK, ErrorClass.LOCK, "EDIT_LOCK_ENVELOPE_LOCKED"),
        ("hang", ErrorClass.BUSY, ErrorClass.AMBIGUOUS, "TIMEOUT"),
        ("drop-before", ErrorClass.BUSY, ErrorClass.AMBIGUOUS, "DROPPED"),
        ("drop-after", ErrorClass.BUSY, ErrorClass.AMBIGUOUS, "DROPPED"),
        ("truncated", ErrorClass.BUSY, ErrorClass.AMBIGUOUS, ""),
        ("html", ErrorClass.BUSY, ErrorClass.AMBIGUOUS, "NOT_JSON"),
        ("redirect", ErrorClass.BUSY, ErrorClass.AMBIGUOUS, "REDIRECT"),
        ("empty", ErrorClass.BUSY, ErrorClass.AMBIGUOUS, "BROKEN_ANSWER"),
    ],
)
@pytest.mark.parametrize("writes", [False, True])
def test_each_fault_is_one_request_and_one_kind_of_error(
    docusign: VendorSandbox, mode: str, reading_is: ErrorClass, writing_is: ErrorClass, code: str, writes: bool
) -> None:
    """F-08: nothing is repeated, slept through or followed behind our back, whatever Retry-After says."""
    docusign.fault("docusign", mode, match="/restapi/", retry_after=60)
    began = time.monotonic()
    problem = problem_of(write if writes else read)
    assert problem.kind is (writing_is if writes else reading_is)
    assert code in problem.code
    assert asked(docusign) == 1
    assert time.monotonic() - began < 20
    call = Call.objects.exclude(operation="login").get()
    assert (call.error_class, call.error_code) == (problem.kind, problem.code)
    assert problem.words
    assert PAUSED not in str(problem)


def test_how_long_to_wait_is_handed_on_not_slept(docusign: VendorSandbox) -> None:
    docusign.fault("docusign", "503", match="/restapi/", retry_after=600)
    assert problem_of(read).retry_after == 600


def test_an_answer_of_two_megabytes_is_read_and_refused_for_what_it_is(docusign: VendorSandbox) -> None:
    docusign.fault("docusign", "big", match="/restapi/")
    assert problem_of(lambda: reading.envelope(PAUSED)).code in {"EMPTY_ANSWER", "ODD_ANSWER"}
    assert Call.objects.exclude(operation="login").get().received > 2_000_000


def test_a_server_that_drips_does_not_hold_us_for_ever(docusign: VendorSandbox, drip: str, settings: Any) -> None:
    """The library's timeout is per byte; ours is for the whole answer."""
    client.ask(SENDER, "warm", lambda api, account: api.get_envelope(account, PAUSED))
    settings.DOCUSIGN = replace(settings.DOCUSIGN, base_url=drip)
    monkey = tokens.Token(value="t", seconds=60, extra={})
    tokens._known[SENDER.key] = monkey
    began = time.monotonic()
    assert problem_of(read).code == "TIMEOUT"
    assert time.monotonic() - began < 20


def test_nobody_there_was_never_asked(docusign: VendorSandbox, settings: Any) -> None:
    settings.DOCUSIGN = replace(settings.DOCUSIGN, base_url="http://127.0.0.1:9")
    tokens._known[SENDER.key] = tokens.Token(value="t", seconds=60)
    problem = problem_of(write)
    assert (problem.kind, problem.code) == (ErrorClass.BUSY, "NOT_REACHED")


def test_a_token_that_expired_is_replaced_once(docusign: VendorSandbox) -> None:
    read()
    docusign.ask("/docusign/expire", {})
    read()
    assert list(Call.objects.order_by("id").values_list("operation", "status")) == [
        ("login", 200), ("envelope", 200), ("envelope", 401), ("login", 200), ("envelope", 200),
    ]  # fmt: skip


def test_a_token_that_is_never_accepted_is_an_end_with_a_word(docusign: VendorSandbox) -> None:
    """F-08: two logins, not a loop; then DocuSign is left in peace and the state says why."""
    docusign.fault("docusign", "401", match="/restapi/")
    problem = problem_of(read)
    assert problem.kind is ErrorClass.AUTH
    assert (asked(docusign, "/oauth/token"), asked(docusign)) == (2, 2)
    assert breaker.state("docusign").open
    assert problem_of(read).code == BREAKER_OPEN
    assert asked(docusign) == 2


def test_a_right_that_is_missing_is_no_question_of_the_token(docusign: VendorSandbox) -> None:
    docusign.ask("/docusign/settings", {"form_data": False})
    problem = problem_of(lambda: client.ask(SENDER, "f", lambda api, account: api.get_form_data(account, PAUSED)))
    assert (problem.kind, problem.code) == (ErrorClass.PERMANENT, "USER_LACKS_PERMISSIONS")
    assert asked(docusign, "/oauth/token") == 1


@pytest.mark.django_db(transaction=True)
def test_eight_workers_that_meet_an_expired_token_make_one_login(docusign: VendorSandbox) -> None:
    """F-08, here with eight threads, each with a client of its own."""
    read()
    docusign.ask("/docusign/expire", {})
    docusign.ask("/requests/clear", {})
    worked: list[object] = []

    def work() -> None:
        worked.append(read())
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(worked) == 8
    assert asked(docusign, "/oauth/token") == 1


def test_two_people_two_tokens(docusign: VendorSandbox) -> None:
    assert [client.user_info(who)["sub"] for who in (APPROVER, SENDER)] == [APPROVER.user_id, SENDER.user_id]
    client.user_info(APPROVER)
    assert asked(docusign, "/oauth/token") == 2


def test_missing_consent_is_a_sentence_with_the_address_and_never_tried_again(docusign: VendorSandbox) -> None:
    docusign.ask("/docusign/settings", {"consent_required": [APPROVER.user_id]})
    problem = problem_of(lambda: client.user_info(APPROVER))
    assert (problem.kind, problem.code) == (ErrorClass.PERMANENT, "consent_required")
    assert "/oauth/auth?response_type=code&scope=signature+impersonation&client_id=" in problem.words
    assert asked(docusign, "/oauth/token") == 1
    assert client.user_info(SENDER)
    assert not breaker.state("docusign").open


def test_an_unknown_user_is_named_by_the_setting(docusign: VendorSandbox, settings: Any) -> None:
    settings.DOCUSIGN = replace(settings.DOCUSIGN, sender_user_id="00000000-0000-4000-8000-000000000000")
    problem = problem_of(read)
    assert (problem.kind, problem.code) == (ErrorClass.PERMANENT, "user_not_found")
    assert "DOCUSIGN_SENDER_USER_ID" in problem.words


def test_a_key_nobody_knows_or_can_read(docusign: VendorSandbox, settings: Any) -> None:
    settings.DOCUSIGN = replace(settings.DOCUSIGN, private_key="pem")
    assert problem_of(read).code == "BAD_KEY"
    settings.DOCUSIGN = replace(settings.DOCUSIGN, private_key=new_private_key())
    assert problem_of(read).kind is ErrorClass.AUTH


def test_the_token_goes_out_as_a_bearer_and_lies_sealed(docusign: VendorSandbox) -> None:
    read()
    value = tokens._known[SENDER.key].value
    assert value not in str(shared.read(tokens._key(SENDER.key)))
    api = client._mine.clients[(docusign.url, docusign.url, "sender")]
    assert api.default_headers["Authorization"] == f"Bearer {value}"


@pytest.mark.parametrize(
    ("oauth", "named", "allowed"),
    [
        ("account-d.docusign.com", "https://demo.docusign.net", True),
        ("account-d.docusign.com", "https://na4.docusign.net", False),
        ("account.docusign.com", "https://na4.docusign.net", True),
        ("account.docusign.com", "https://demo.docusign.net", False),
        ("account.docusign.com", "http://na4.docusign.net", False),
        ("account.docusign.com", "https://na4.docusign.net.evil.example", False),
        ("account.docusign.com", "https://evil.example/.docusign.net", False),
        ("account.docusign.com", "", False),
    ],
)
def test_where_the_account_lives_is_learned_and_must_fit_the_sign_in(
    settings: Any, oauth: str, named: str, allowed: bool
) -> None:
    """Never production by accident."""
    settings.DOCUSIGN = replace(settings.DOCUSIGN, base_url="", oauth_host=oauth)
    info = {"accounts": [{"account_id": "other", "base_uri": "https://eu.docusign.net"},
                         {"account_id": settings.DOCUSIGN.account_id.upper(), "base_uri": named}]}  # fmt: skip
    if allowed:
        assert hosts.learned(info) == named
    else:
        assert problem_of(lambda: hosts.learned(info)).code == "WRONG_HOST"
    assert problem_of(lambda: hosts.learned({"accounts": []})).code == "NOT_A_MEMBER"


def test_without_a_base_the_library_is_held_to_what_userinfo_names(docusign: VendorSandbox, settings: Any) -> None:
    """The sandbox names itself, which is no host of DocuSign's: refused, and nothing is sent to production."""
    monkey = replace(settings.DOCUSIGN, base_url="")
    found = client._user_info(client._client(docusign.url), client.mint(SENDER).value)
    settings.DOCUSIGN = monkey
    assert problem_of(lambda: hosts.learned(found)).code == "WRONG_HOST"


def test_another_host_is_never_spoken_to(docusign: VendorSandbox) -> None:
    """A client made by hand, or whose base was set over, reaches nothing (vendors.md §1)."""
    made = PHDApiClient(base=docusign.url, oauth_host="account-d.docusign.com", oauth=docusign.url)
    made.host = "https://www.docusign.net/restapi"
    assert problem_of(lambda: EnvelopesApi(made).get_envelope("a", PAUSED)).code == "WRONG_HOST"
    assert asked(docusign) == 0


def test_the_account_server_moves_with_another_server_only(settings: Any) -> None:
    settings.DOCUSIGN = replace(
        settings.DOCUSIGN, base_url="https://demo.docusign.net", oauth_host="account-d.docusign.com"
    )
    assert hosts.oauth() == "https://account-d.docusign.com"
    settings.DOCUSIGN = replace(settings.DOCUSIGN, base_url="http://127.0.0.1:8001")
    assert hosts.oauth() == "http://127.0.0.1:8001"


def test_the_library_leaves_the_loggers_alone(docusign: VendorSandbox) -> None:
    read()
    for name in ("urllib3", "docusign_esign"):
        assert not any(type(one) is logging.StreamHandler for one in logging.getLogger(name).handlers)
        assert logging.getLogger(name).level == logging.WARNING  # below that they repeat addresses


def test_a_client_is_opened_after_the_fork(docusign: VendorSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = client._client(docusign.url)
    assert client._client(docusign.url) is mine
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert client._client(docusign.url) is not mine
    client._mine.process = None
