"""Release and void, through the ledger: done once, whatever becomes of the answer (F-08, vendors.md §5 and §6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db.models.functions import Now

from integrations import breaker, ledger, outcomes
from integrations.docusign import client, reading, writing
from integrations.models import Envelope, ExternalAction
from integrations.outcomes import Kind
from tests.conftest import Cast
from tests.sandbox_desk import VendorSandbox

pytestmark = pytest.mark.django_db
State = ExternalAction.State
COMPLETED, DECLINED, WAITING, PAUSED, VOIDED = (
    f"a1000000-5e1d-4a00-8000-00000000000{number}" for number in (1, 3, 4, 6, 7)
)
REASON = "Asked twice; the later request stands."


def queued(operation: str, envelope: str, **more: Any) -> ExternalAction:
    payload = {"envelope": envelope, **({"reason": REASON} if operation == writing.VOID else {}), **more}
    return ledger.queue(key=f"PHD-1/{operation}/{envelope}", operation=operation, payload=payload, about="PHD-1")


def perform(action: ExternalAction) -> outcomes.Outcome:
    ExternalAction.objects.filter(pk=action.pk, state=State.WAITING).update(next_try=Now())
    return ledger.perform(action.pk)


def puts(docusign: VendorSandbox) -> int:
    return sum(one["method"] == "PUT" for one in docusign.requests("docusign"))


def audit(envelope: str, action: str) -> int:
    return sum(one.action == action for one in reading.audit_events(envelope))


def test_the_gate_is_released_once(docusign: VendorSandbox, cast: Cast) -> None:
    action = queued(writing.RELEASE, PAUSED)
    assert perform(action) == outcomes.done(PAUSED)
    view = reading.envelope(PAUSED)
    assert (view.workflow_status, view.gate) == ("in_progress", "released")
    assert [one.status for one in view.recipients] == ["completed", "sent", "created"]
    again = ledger.queue(key="another", operation=writing.RELEASE, payload={"envelope": PAUSED})
    assert perform(again).kind is outcomes.ALREADY
    assert puts(docusign) == 1


def test_void_ends_it_with_the_reason(docusign: VendorSandbox) -> None:
    assert perform(queued(writing.VOID, WAITING)) == outcomes.done(WAITING)
    view = reading.envelope(WAITING)
    assert (view.status, view.reason) == ("voided", REASON)
    assert perform(ledger.queue(key="2", operation=writing.VOID, payload={"envelope": WAITING, "reason": "x"})).worked
    assert puts(docusign) == 1


@pytest.mark.parametrize(
    ("operation", "envelope", "kind", "code"),
    [
        (writing.RELEASE, COMPLETED, outcomes.ALREADY, ""),
        (writing.RELEASE, DECLINED, outcomes.REFUSED, "ENVELOPE_OVER"),
        (writing.RELEASE, VOIDED, outcomes.REFUSED, "ENVELOPE_OVER"),
        (writing.RELEASE, WAITING, outcomes.REFUSED, "NO_GATE"),
        (writing.VOID, COMPLETED, outcomes.REFUSED, "ENVELOPE_OVER"),
        (writing.VOID, DECLINED, outcomes.REFUSED, "ENVELOPE_OVER"),
        (writing.VOID, VOIDED, outcomes.ALREADY, ""),
        (writing.VOID, "00000000-0000-4000-8000-000000000000", outcomes.REFUSED, "ENVELOPE_DOES_NOT_EXIST"),
    ],
)
def test_what_is_found_decides(docusign: VendorSandbox, operation: str, envelope: str, kind: Kind, code: str) -> None:
    outcome = perform(queued(operation, envelope))
    assert (outcome.kind, outcome.code) == (kind, code)
    assert outcome.worked or outcome.words
    assert puts(docusign) == 0


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_a_void_needs_a_reason_that_docusign_takes(docusign: VendorSandbox, reason: str) -> None:
    assert perform(queued(writing.VOID, WAITING, reason=reason)).code == "REASON"
    assert docusign.requests("docusign") == []


@pytest.mark.parametrize("mode", ["drop-after", "truncated", "html", "500", "503", "lock", "drop-before", "empty"])
@pytest.mark.parametrize(("operation", "envelope"), [(writing.RELEASE, PAUSED), (writing.VOID, WAITING)])
def test_whatever_becomes_of_the_answer_it_is_done_once(
    docusign: VendorSandbox, operation: str, envelope: str, mode: str
) -> None:
    """F-08: done, then the line broke; or a page; or nothing at all."""
    docusign.fault("docusign", mode, match="PUT", times=1)
    action = queued(operation, envelope)
    first = perform(action)
    assert first.kind in {outcomes.UNKNOWN, outcomes.RETRY_LATER}
    action.refresh_from_db()
    assert (action.state, bool(action.last_error)) == (State.WAITING, True)
    assert perform(action).worked
    action.refresh_from_db()
    assert action.state == State.DONE
    assert audit(envelope, "Workflow Resumed" if operation == writing.RELEASE else "Voided") == 1
    assert puts(docusign) == (1 if mode in {"drop-after", "truncated"} else 2)


def test_somebody_was_quicker_between_look_and_write(docusign: VendorSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The 400 of an invalid state is no refusal before it was looked at."""
    real = client.ask

    def ask(identity: Any, operation: str, *args: Any, **more: Any) -> Any:
        if operation == "void":
            change = client.Envelope(status="voided", voided_reason="By hand.")
            real(identity, "by hand", lambda api, account: api.update(account, WAITING, envelope=change))
        return real(identity, operation, *args, **more)

    monkeypatch.setattr(client, "ask", ask)
    assert perform(queued(writing.VOID, WAITING)).kind is outcomes.ALREADY
    assert reading.envelope(WAITING).reason == "By hand."


def test_docusigns_no_is_handed_on_in_its_words(docusign: VendorSandbox, settings: Any) -> None:
    """The sender alone may void: with another user it is refused and not tried again."""
    settings.DOCUSIGN = replace(settings.DOCUSIGN, sender_user_id=settings.DOCUSIGN.approver_user_id)
    outcome = perform(queued(writing.VOID, WAITING))
    assert (outcome.kind, outcome.code) == (outcomes.REFUSED, "USER_NOT_ENVELOPE_SENDER")
    assert "not the sender" in outcome.words


def test_looking_on_the_way_keeps_our_row_true(docusign: VendorSandbox) -> None:
    perform(queued(writing.RELEASE, PAUSED))
    assert Envelope.objects.get().workflow_status == "paused"


def test_while_docusign_is_away_it_waits_in_sight(docusign: VendorSandbox) -> None:
    docusign.fault("docusign", "503", match="/restapi/")
    action = queued(writing.VOID, WAITING)
    for _try in range(6):
        perform(action)
    assert breaker.state("docusign").open
    action.refresh_from_db()
    assert (action.state, bool(action.last_error)) == (State.WAITING, True)
    docusign.fault("docusign")
    breaker.close("docusign")
    assert perform(action).kind is outcomes.DONE
