"""The door of Connect: only DocuSign gets in, and what it says is kept before it is answered (S-27, F-09, F-04)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import OperationalError, connection

from integrations.docusign import connect, notices
from integrations.models import ConnectNotice
from tests.integrations.docusign.conftest import HOOK, Hook, Story, sign, signatures
from tests.sandbox_desk import KEYS

pytestmark = pytest.mark.django_db
State = ConnectNotice.State


def test_a_signed_callback_is_kept_as_it_came_and_answered(hook: Hook) -> None:
    body = Story().body("envelope-sent", "sent")
    assert hook.send(body) == 200
    notice = ConnectNotice.objects.get()
    assert (bytes(notice.body), notice.state, notice.event) == (body, State.RECEIVED, "envelope-sent")


def test_keeping_one_is_one_statement(hook: Hook, django_assert_num_queries: Any) -> None:
    """Answered within a second, a thousand at once too: one INSERT, no session, no vendor."""
    hook.send(Story().body("envelope-sent", "sent"))
    with django_assert_num_queries(1):
        assert hook.send(Story().body("envelope-sent", "sent")) == 200


@pytest.mark.parametrize("number", ["1", "2", "17", "100"])
@pytest.mark.parametrize("key", KEYS)
def test_any_header_and_any_key_will_do(hook: Hook, key: str, number: str) -> None:
    """S-27: two keys at once while they are exchanged, and DocuSign signs with each of its own."""
    body = Story().body("envelope-sent", "sent")
    others = {"HTTP_X_DOCUSIGN_SIGNATURE_3": sign(body, "a key of somebody else")}
    assert hook.send(body, headers={**others, f"HTTP_X_DOCUSIGN_SIGNATURE_{number}": sign(body, key)}) == 200


def test_an_exchanged_key_opens_no_more(hook: Hook, settings: Any) -> None:
    body = Story().body("envelope-sent", "sent")
    settings.DOCUSIGN = type(settings.DOCUSIGN)(**{**vars(settings.DOCUSIGN), "hmac_keys": KEYS[1:]})
    assert hook.send(body, keys=KEYS[:1]) == 401
    assert hook.send(body, keys=KEYS) == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_X_DOCUSIGN_SIGNATURE_1": ""},
        {"HTTP_X_DOCUSIGN_SIGNATURE_1": "nonsense"},
        {"HTTP_X_DOCUSIGN_SIGNATURE_1": "ünsinn"},
        {"HTTP_X_DOCUSIGN_SIGNATURE": "no number"},
        {"HTTP_X_AUTHORIZATION_DIGEST": "HMACSHA256"},
    ],
)
def test_without_a_good_signature_nothing_is_kept(hook: Hook, headers: dict[str, str]) -> None:
    """S-27."""
    assert hook.send(Story().body("envelope-completed", "completed"), headers=headers) == 401
    assert not ConnectNotice.objects.exists()


def test_a_changed_body_has_no_good_signature(hook: Hook) -> None:
    """S-27: over the raw bytes, not over what they mean."""
    body = Story().body("envelope-sent", "sent")
    assert hook.send(body + b" ", headers=signatures(body, KEYS)) == 401
    assert hook.send(body, keys=[""]) == 401


def test_without_keys_nobody_gets_in(hook: Hook, settings: Any) -> None:
    settings.DOCUSIGN = type(settings.DOCUSIGN)(**{**vars(settings.DOCUSIGN), "hmac_keys": ()})
    assert hook.send(Story().body("envelope-sent", "sent"), keys=["", "anything"]) == 401


def test_the_same_news_is_one_row_however_often_it_comes(hook: Hook) -> None:
    """F-09: a retry counts up in the body, so its bytes are others."""
    story = Story()
    for retry in range(3):
        assert hook.send(story.body("envelope-sent", "sent", retry=retry), keys=KEYS) == 200
    assert list(ConnectNotice.objects.values_list("times", "state")) == [(3, State.RECEIVED)]
    assert hook.send(story.body("envelope-delivered", "delivered", minute=1)) == 200
    assert ConnectNotice.objects.count() == 2


def test_the_same_event_of_two_recipients_is_two_news(hook: Hook) -> None:
    story = Story()
    for number in ("1", "2"):
        assert hook.send(story.body("recipient-sent", "sent", recipient=number)) == 200
    assert ConnectNotice.objects.count() == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<DocuSignEnvelopeInformation/>",
        b"\xff\xfe\x00",
        b"[" * 20_000,
        b"[]",
        b'"text"',
        b'{"event": "envelope-sent"}',
        b'{"event": {"a": 1}, "data": {"envelopeId": ["x"]}}',
        b'{"data": "x", "event": 7}',
        b'{"event": "x", "data": {"envelopeId": 1e999}}',
        b'{"event": "' + b"9" * 5000 + b'", "data": 1' + b"0" * 5000 + b"}",
    ],
)
def test_what_cannot_be_read_is_kept_and_answered_200(hook: Hook, body: bytes) -> None:
    """F-09: a 4xx for one odd callback would hold up all news for a day."""
    assert hook.send(body) == 200
    notice = ConnectNotice.objects.get()
    assert (bytes(notice.body), notice.state) == (body, State.UNREADABLE)
    assert notice.note


@pytest.mark.parametrize(
    "odd", ["nul \0 inside", "half \ud800 character", "x" * 5000, {"a": 1}, ["x"], 12.5, None, True]
)
@pytest.mark.parametrize("where", ["envelopeId", "accountId", "recipientId", "event", "generatedDateTime"])
def test_odd_values_never_become_an_error(hook: Hook, where: str, odd: Any) -> None:
    said = json.loads(Story().body("envelope-resent", "sent"))
    (said if where in said else said["data"])[where] = odd
    body = json.dumps(said).encode()
    assert hook.send(body) == 200
    assert bytes(ConnectNotice.objects.get().body) == body


def test_a_body_larger_than_a_form_may_be_gets_through(hook: Hook, settings: Any) -> None:
    """Where documents are switched on, a callback has megabytes; forms of people stay limited."""
    body = Story().body("envelope-sent", "sent", envelopeDocuments=[{"PDFBytes": "A" * 6_000_000}])
    assert len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert hook.send(body) == 200
    assert len(ConnectNotice.objects.get().body) == len(body)


def test_there_is_an_end_to_what_is_read(hook: Hook) -> None:
    body = b"x" * (connect.MOST_BYTES + 1)
    assert hook.send(body) == 413
    assert hook.send(body, headers={}) == 401
    assert not ConnectNotice.objects.exists()


def test_only_posts_are_answered(hook: Hook) -> None:
    assert hook.client.get(HOOK).status_code == 405


def test_while_the_database_is_away_docusign_is_asked_to_come_again(hook: Hook) -> None:
    """F-04: no 2xx without a row."""
    body = Story().body("envelope-sent", "sent")

    def away(*_args: Any, **_kwargs: Any) -> Any:
        raise OperationalError

    with connection.execute_wrapper(away):
        answer = hook.post(body)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert hook.send(body) == 200


def test_the_state_has_its_own_time_in_the_key() -> None:
    """Two notices of one state, generated at different times, are the same news; two states never are."""
    story = Story()
    story.times["completedDateTime"] = "2026-11-26T10:00:00.1230000Z"
    keys = {
        notices.read(json.dumps({**json.loads(story.body("x", "completed")), **more}).encode()).key
        for more in (
            {"event": "envelope-completed", "generatedDateTime": "2026-11-26T11:00:00Z"},
            {"event": "envelope-completed", "generatedDateTime": "2026-11-26T12:00:00Z"},
            {"event": "ENVELOPE-COMPLETED", "generatedDateTime": "2026-11-26T12:00:00Z", "retryCount": 4},
        )
    }
    assert len(keys) == 1
    assert notices.read(story.body("envelope-voided", "voided")).key not in keys
