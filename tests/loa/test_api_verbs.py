"""What the letters' pages do, over the API: the same doors, the same refusals (contract §5)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from loa.models import Letter, LetterDecision, LetterRequest
from tests.conftest import Cast
from tests.loa.conftest import request_of, step
from tests.loa.deciding import given, to_decide
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def send(client: Client, ticket: Ticket, verb: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    address = f"/api/v1/loa-requests/{request_of(ticket).pk}/{verb}/"
    answer = client.post(address, body, content_type="application/json")
    return answer.status_code, answer.json()


@pytest.fixture
def nadia(client: Client, letters: Cast) -> Client:
    client.force_login(letters.nadia)
    return client


def test_a_letter_is_held_then_declined_in_both_texts(nadia: Client, letters: Cast) -> None:
    _envelope, ticket = to_decide(letters)
    assert send(nadia, ticket, "decide", {"what": "maybe"})[0] == 400
    assert send(nadia, ticket, "decide", {"zebra": 1})[1]["errors"]["zebra"] == ["There is no such field."]
    code, said = send(nadia, ticket, "decide", {"what": "hold", "why": "Whose address is it?"})
    assert (code, said["decisions"][0]["what"]) == (200, "hold")
    body = {name: value for name, value in given(request_of(ticket)).items() if name != "act"}
    code, said = send(nadia, ticket, "decide", body)
    assert (code, {one["what"] for one in said["decisions"]}) == (200, {"hold", "decline"})
    assert LetterDecision.objects.get(what="decline").state == "asked"  # DocuSign's word settles it


def test_another_partner_and_another_look(nadia: Client, letters: Cast) -> None:
    _envelope, ticket = to_decide(letters)
    assert send(nadia, ticket, "account", {"partner": 10**9})[1]["errors"]["partner"]
    code, said = send(nadia, ticket, "account", {"partner": letters.bluepeak.pk})
    assert (code, said["partner"]["name"]) == (200, letters.bluepeak.name)
    assert step(ticket, "account").state in {"ready", "running", "done"}
    LetterRequest.objects.filter(ticket=ticket).update(stage="legal_review")
    assert send(nadia, ticket, "check-again", {})[0] == 422


def test_a_letter_is_recalled_with_a_reason_by_the_desk_only(nadia: Client, client: Client, letters: Cast) -> None:
    _envelope, ticket = to_decide(letters)
    assert send(nadia, ticket, "recall", {"why": "x"})[0] == 404
    Letter.objects.create(
        request=request_of(ticket), account=letters.northwind, company="N", dated="2026-11-02", valid_until="2027-11-02"
    )
    assert send(nadia, ticket, "recall", {})[0] == 400
    client.force_login(letters.sofia)
    assert send(client, ticket, "recall", {"why": "The agreement has ended."})[0] == 403
    client.force_login(letters.nadia)
    code, said = send(client, ticket, "recall", {"why": "The agreement has ended."})
    assert (code, said["letter"]["state"]) == (200, "recalled")
