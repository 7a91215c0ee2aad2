"""Steps over HTTP: read, decide, try again, skip, say that it was done by hand."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from people.models import User
from tests.conftest import Cast
from tests.steps.trial import KIND, Trial, states, trial
from tests.tickets.conftest import OpenTicket, opened
from tickets import procedures, steps
from tickets.models import Step
from tickets.procedures import At, Prepared, Procedure, Stuck

__all__ = ["opened", "trial"]
pytestmark = pytest.mark.django_db


def signed_in(user: User | None) -> APIClient:
    client = APIClient()
    client.force_authenticate(user=user)
    return client


def test_a_program_takes_a_ticket_through_its_procedure(cast: Cast, opened: OpenTicket, trial: Trial) -> None:
    ticket = opened(kind=KIND)
    base = f"/api/v1/tickets/{ticket.reference}/steps/"
    client = signed_in(cast.nadia)
    steps.work_on(ticket.pk)
    shown = client.get(base).json()
    assert [one["slug"] for one in shown["results"]] == ["read", "find", "decide", "answer", "write", "tell"]
    contract = {"slug", "title", "type", "state", "note", "data", "due", "form"}
    assert contract <= set(shown["results"][0])
    assert shown["results"][0]["data"]["facts"][0]["value"] == "Northwind"
    assert "keep" not in shown["results"][0]["data"]
    form = shown["results"][2]["form"]
    assert [(one["name"], one["type"], one["required"], one["initial"]) for one in form["fields"]] == [
        ("verdict", "choice", True, "yes"),
        ("why", "text", False, None),
    ]
    assert shown["results"][3]["form"] is None
    done = client.post(f"{base}decide/confirm/", {"verdict": "yes"}, format="json")
    assert (done.status_code, done.json()["state"], done.json()["by"]) == (200, "done", cast.nadia.email)
    skipped = client.post(f"{base}answer/skip/", {"why": "They called."}, format="json")
    assert (skipped.json()["state"], skipped.json()["why"]) == ("skipped", "They called.")
    by_hand = client.post(f"{base}write/done-by-hand/", {"how": "Set it there."}, format="json")
    assert (by_hand.json()["state"], by_hand.json()["by_hand"]) == ("done", True)
    assert states(ticket) == "done done done skipped done ready"
    assert trial.sent == []


def test_a_stuck_step_is_tried_again(cast: Cast, opened: OpenTicket, trial: Trial) -> None:
    def stuck(_at: At) -> None:
        raise Stuck("Two accounts are called so. Choose one.")

    trial.say["find"] = stuck
    ticket = opened(kind=KIND)
    base = f"/api/v1/tickets/{ticket.reference}/steps/"
    client = signed_in(cast.nadia)
    steps.work_on(ticket.pk)
    assert client.get(base).json()["results"][1]["problem"] == "Two accounts are called so. Choose one."
    del trial.say["find"]
    assert client.post(f"{base}find/retry/").json()["state"] == "ready"
    steps.work_on(ticket.pk)
    assert states(ticket) == "done done waiting later later later"


def test_what_cannot_be_worked_out_is_said_and_a_decided_step_asks_for_nothing(
    cast: Cast, opened: OpenTicket, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_at: At) -> Prepared:
        raise Stuck("The request is gone.")

    monkeypatch.setattr(trial, "_prepared", gone)
    monkeypatch.setitem(
        procedures._procedures, KIND, Procedure(kind=KIND, title="Trial", handbook="", steps=trial.steps())
    )
    ticket = opened(kind=KIND)
    base = f"/api/v1/tickets/{ticket.reference}/steps/"
    client = signed_in(cast.nadia)
    steps.work_on(ticket.pk)
    form = client.get(base).json()["results"][2]["form"]
    assert (form["fields"], form["note"]) == ([], "The request is gone.")
    Step.objects.filter(slug="decide").update(waits_for="salesforce")
    assert client.get(base).json()["results"][2]["form"] is None


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        ("decide/confirm/", {"verdict": "perhaps"}, 400, "verdict"),
        ("decide/confirm/", {"verdict": "yes", "mood": "good"}, 400, "mood"),
        ("decide/confirm/", {"verdict": "no"}, 422, ""),  # what the procedure itself refuses
        ("decide/skip/", {}, 400, "why"),
        ("decide/done-by-hand/", {"how": " "}, 400, "how"),
        ("tell/skip/", {"why": "Not needed"}, 422, ""),  # its turn has not come
        ("read/retry/", {}, 422, ""),  # it is over
        ("nothing/skip/", {"why": "Not needed"}, 404, ""),
    ],
)
def test_what_cannot_be_taken_is_said(
    cast: Cast, opened: OpenTicket, trial: Trial, path: str, body: dict[str, str], status: int, field: str
) -> None:
    ticket = opened(kind=KIND)
    steps.work_on(ticket.pk)
    answer = signed_in(cast.nadia).post(f"/api/v1/tickets/{ticket.reference}/steps/{path}", body, format="json")
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    assert (not field) or field in answer.json()["errors"]
    assert states(ticket) == "done done waiting later later later"


def test_a_partner_sees_no_steps_and_a_manager_changes_none(cast: Cast, opened: OpenTicket, trial: Trial) -> None:
    ticket = opened(kind=KIND)
    steps.work_on(ticket.pk)
    base = f"/api/v1/tickets/{ticket.reference}/steps/"
    assert signed_in(cast.katrin.user).get(base).status_code == 404
    assert signed_in(cast.sofia).get(base).status_code == 200
    assert signed_in(cast.sofia).post(f"{base}decide/confirm/", {"verdict": "yes"}, format="json").status_code == 403
    assert states(ticket) == "done done waiting later later later"


def test_the_same_key_decides_once(cast: Cast, opened: OpenTicket, trial: Trial) -> None:
    ticket = opened(kind=KIND)
    steps.work_on(ticket.pk)
    address = f"/api/v1/tickets/{ticket.reference}/steps/decide/confirm/"
    client = signed_in(cast.nadia)
    first, second = (
        client.post(address, {"verdict": "yes"}, format="json", headers={"Idempotency-Key": "one"}) for _ in range(2)
    )
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert trial.did.count("decided by Nadia Okafor") == 1
