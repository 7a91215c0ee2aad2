"""Whatever goes wrong below /api/ is problem+json with a sentence, never a page and never a traceback."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from rest_framework.test import APIClient

from tests.api.conftest import OpenTicket
from tests.api.test_tickets import TICKETS


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["type"]
    assert body["title"]
    assert body["detail"]
    return dict(body)


def test_addresses_that_are_not_there(desk: APIClient, anybody: APIClient) -> None:
    for address in ("/api/", "/api/v1/", "/api/v1/zebra/", "/api/v2/tickets/", f"{TICKETS}PHD-1/steps/x/zebra/"):
        problem(anybody.get(address), 404)
    for reference in ("PHD-1", "zebra", "PHD-99999999999999999999", "0", "%00"):
        problem(desk.get(f"{TICKETS}{reference}/"), 404)


def test_nobody_is_signed_in(anybody: APIClient, db: None) -> None:
    answer = anybody.get(TICKETS)
    problem(answer, 401)
    assert answer["WWW-Authenticate"] == "Token"
    for words in ("Token nope", "Token", "Token a b", "Token \xff\xfe"):
        problem(anybody.get(TICKETS, headers={"Authorization": words}), 401)


def test_a_verb_that_is_not_there(desk: APIClient, opened: OpenTicket) -> None:
    answer = desk.delete(f"{TICKETS}{opened().reference}/")
    problem(answer, 405)
    assert "PATCH" in answer["Allow"]


def test_another_media_type(desk: APIClient, opened: OpenTicket) -> None:
    problem(desk.post(TICKETS, {"subject": "x"}, format="multipart"), 415)
    problem(desk.post(TICKETS, "<x/>", content_type="text/xml"), 415)


@pytest.mark.parametrize(
    "body", ["{", "nonsense", "[" * 50_000, '{"a": ' * 50_000, '{"priority": NaN}', "\xff", "9" * 9000]
)
def test_json_that_cannot_be_read(desk: APIClient, body: str) -> None:
    problem(desk.post(TICKETS, body, content_type="application/json"), 400)


def test_too_much_json(desk: APIClient) -> None:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert limit is not None
    problem(desk.post(TICKETS, '{"body": "' + "x" * limit + '"}', content_type="application/json"), 413)


def test_a_body_beyond_every_limit(desk: APIClient) -> None:
    with override_settings(MAX_BODY_BYTES=1000):
        problem(desk.post(TICKETS, "x" * 1001, content_type="application/json"), 413)


def test_an_accept_header_for_something_else_still_gets_json(desk: APIClient) -> None:
    for accept in ("text/html", "application/problem+json", "image/png;q=0.1"):
        assert desk.get(TICKETS, headers={"Accept": accept}).status_code == 200


def test_a_crash_shows_nothing_of_itself(desk: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_args: object, **_options: object) -> None:
        raise RuntimeError("canary password=secret")

    monkeypatch.setattr("tickets.api.views.filtered", crash)
    answer = desk.get(TICKETS)
    problem(answer, 500)
    assert "canary" not in answer.content.decode()


def test_answers_are_kept_by_nobody_on_the_way(desk: APIClient, opened: OpenTicket) -> None:
    assert desk.get(TICKETS)["Cache-Control"] == "private, no-store"
    one = desk.get(f"{TICKETS}{opened().reference}/")
    assert one["Cache-Control"] == "private, no-cache"
    assert "Authorization" in one["Vary"]
