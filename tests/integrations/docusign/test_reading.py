"""What DocuSign says, whole or not at all: envelope, form, history, completed letter, and the approver's link."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from integrations import calls, state
from integrations import tasks as core_tasks
from integrations.docusign import client, reading
from integrations.docusign.client import APPROVER
from integrations.docusign.shapes import envelope_view, form_values, parse_time, tab_values
from integrations.errors import VendorError
from integrations.models import Call, ErrorClass, ExternalAction
from tests.sandbox_desk import VendorSandbox

pytestmark = pytest.mark.django_db
COMPLETED, LEGAL, WAITING, PAUSED, VOIDED = (
    f"a1000000-5e1d-4a00-8000-00000000000{number}" for number in (1, 2, 4, 6, 7)
)
BACK = "http://127.0.0.1:8000/loa/back/"


def problem_of(call: Callable[[], object]) -> VendorError:
    with pytest.raises(VendorError) as caught:
        call()
    return caught.value


def test_an_envelope_is_one_call(docusign: VendorSandbox) -> None:
    view = reading.envelope(PAUSED.upper())
    assert (view.id, view.status, view.workflow_status, view.gate) == (PAUSED, "sent", "paused", "paused")
    assert [(one.order, one.role, one.status) for one in view.recipients] == [
        (1, "Partner", "completed"), (2, "Legal", "created"), (3, "Copy", "created"),
    ]  # fmt: skip
    (asked,) = [one for one in docusign.requests("docusign") if "/restapi/" in one["path"]]
    assert "recipients" in str(asked)
    assert view.sent
    assert view.powerform_id


def test_a_voided_envelope_says_why_and_when(docusign: VendorSandbox) -> None:
    view = reading.envelope(VOIDED)
    assert (view.status, view.reason) == ("voided", "Asked twice; the later request stands.")
    assert view.status_at is not None
    assert view.status_at > view.sent  # type: ignore[operator]


def test_what_was_typed(docusign: VendorSandbox) -> None:
    found = reading.form_data(COMPLETED)
    assert found.source == "form_data"
    assert found.values["End Customer"] == "Müller & Söhne Straßenbau GmbH"


def test_without_the_permission_it_is_read_from_the_fields(docusign: VendorSandbox) -> None:
    """The account setting “Allow sender to download form data” is off in many accounts."""
    expected = reading.form_data(COMPLETED).values["Company"]
    docusign.ask("/docusign/settings", {"form_data": False})
    found = reading.form_data(COMPLETED)
    assert (found.source, found.values["Company"]) == ("tabs", expected)


def test_who_did_what_and_when(docusign: VendorSandbox) -> None:
    events = reading.audit_events(COMPLETED)
    assert [one.action for one in events][-1] == "Completed"
    assert all(one.at for one in events)


def test_the_completed_letter_is_a_whole_pdf(docusign: VendorSandbox) -> None:
    content = reading.completed_pdf(COMPLETED)
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")


def test_there_is_no_letter_before_it_is_completed(docusign: VendorSandbox) -> None:
    problem = problem_of(lambda: reading.completed_pdf(LEGAL))
    assert (problem.kind, problem.code) == (ErrorClass.PERMANENT, "NOT_COMPLETED")
    assert not any("/documents/" in one["path"] for one in docusign.requests("docusign"))


@pytest.mark.parametrize("mode", ["truncated", "html", "big", "empty", "503", "drop-after"])
def test_half_a_letter_is_no_letter(docusign: VendorSandbox, mode: str) -> None:
    docusign.fault("docusign", mode, match="/documents/")
    assert problem_of(lambda: reading.completed_pdf(COMPLETED)).kind is ErrorClass.BUSY
    docusign.fault("docusign")
    assert reading.completed_pdf(COMPLETED)


def test_the_approver_gets_a_link_to_their_own_task(docusign: VendorSandbox, caplog: pytest.LogCaptureFixture) -> None:
    """vendors.md §5, A: for one use, logged and kept nowhere."""
    caplog.set_level(logging.DEBUG)
    link = reading.approver_link(WAITING, BACK)
    assert link.startswith(f"{docusign.url}/sign/")
    token = link.rpartition("/")[2]
    assert token not in caplog.text
    assert not any(token in str(vars(call)) for call in Call.objects.all())
    assert not ExternalAction.objects.exists()
    assert [one["method"] for one in docusign.requests("docusign") if "/views/" in one["path"]] == ["POST"]


@pytest.mark.parametrize(
    ("envelope_id", "code"),
    [(COMPLETED, "NOTHING_TO_DECIDE"), (LEGAL, "NOTHING_TO_DECIDE"), (VOIDED, "NOTHING_TO_DECIDE"),
     (PAUSED, "NOT_THEIR_TURN")],
)  # fmt: skip
def test_where_there_is_nothing_to_decide_no_link_is_asked_for(
    docusign: VendorSandbox, envelope_id: str, code: str
) -> None:
    problem = problem_of(lambda: reading.approver_link(envelope_id, BACK))
    assert (problem.kind, problem.code) == (ErrorClass.PERMANENT, code)
    assert not any("/views/" in one["path"] for one in docusign.requests("docusign"))


@pytest.mark.parametrize("mode", ["503", "drop-after", "html", "truncated", "hang"])
def test_a_link_is_never_asked_for_twice(docusign: VendorSandbox, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = client.ask
    monkeypatch.setattr(
        client,
        "ask",
        lambda *args, **more: real(*args, **{**more, "patience": calls.Patience(read=1.0, total=5.0)}),
    )
    docusign.fault("docusign", mode, match="/views/")
    assert problem_of(lambda: reading.approver_link(WAITING, BACK)).kind in {ErrorClass.BUSY, ErrorClass.AMBIGUOUS}
    assert sum("/views/" in one["path"] for one in docusign.requests("docusign")) == 1


def test_an_envelope_nobody_knows(docusign: VendorSandbox) -> None:
    problem = problem_of(lambda: reading.envelope("00000000-0000-4000-8000-000000000000"))
    assert (problem.kind, problem.code) == (ErrorClass.PERMANENT, "ENVELOPE_DOES_NOT_EXIST")


def test_try_now_asks_docusign(docusign: VendorSandbox) -> None:
    """`state.probe`: the page's *try now*, done by a worker."""
    docusign.fault("docusign", "503", match="/restapi/", times=1)
    core_tasks.probe("docusign")
    assert state.state_of("docusign").tone == "warn"
    core_tasks.probe("docusign")
    assert state.state_of("docusign").tone == "ok"


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"recipients": "x", "customFields": 7, "workflow": None, "powerForm": []},
        {"recipients": {"signers": [None, 7, "x", {}, {"recipientId": 7, "status": None, "routingOrder": "²"}]}},
        {"customFields": {"textCustomFields": [{"name": None}, {"name": ["x"], "value": {}}]}},
        {"status": {"a": 1}, "sentDateTime": "yesterday", "voidedReason": 7},
        {"workflow": {"workflowSteps": [{"action": None}, 7], "workflowStatus": 9}},
    ],
)
def test_odd_values_are_left_out(odd: dict[str, Any]) -> None:
    assert envelope_view({"envelopeId": "E", **odd}).id == "e"
    assert form_values({"formData": [odd], "recipientFormData": [odd]}) == {}
    assert tab_values(odd) == {}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2022-12-09T18:29:29.7360000Z", "2022-12-09T18:29:29.736000+00:00"),
        ("2022-12-09T18:29:29Z", "2022-12-09T18:29:29+00:00"),
        ("2022-12-09T18:29:29.7", "2022-12-09T18:29:29.700000+00:00"),
        ("2022-12-09T10:29:29.736-08:00", "2022-12-09T10:29:29.736000-08:00"),
    ],
)
def test_times_are_read_as_docusign_writes_them(text: str, shown: str) -> None:
    found = parse_time(text)
    assert found is not None
    assert found.isoformat() == shown


def test_the_identity_that_approves_is_the_recipient(docusign: VendorSandbox) -> None:
    recipient = reading.envelope(WAITING).recipient(user_id=APPROVER.user_id.upper())
    assert recipient is not None
    assert (recipient.role, recipient.status) == ("PHD", "sent")
