"""A procedure that prepares a reply, and what it prepares; for tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.utils import timezone

from documents import storing
from documents.models import StoredFile
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket
from tickets import prepared, procedures, steps
from tickets.actions import FilePart, Recipient
from tickets.models import PreparedReply, Response, Ticket
from tickets.prepared import Person
from tickets.procedures import At, Done, Procedure, automatic, awaited
from tickets.responses import Variable

KIND = "nfr"  # a kind of request that has no procedure of its own yet
BODY = "Hello {{ contact_first_name }},\n\nthe proof for {{ customer }} is in.\n\n{{ sender_name }}"


@dataclass
class Replies:
    """What is offered by the step `answer`, and to change before it is done again."""

    po: StoredFile
    ticket: Ticket = field(default_factory=Ticket)
    values: dict[str, str] = field(default_factory=lambda: {"customer": "Havelland Klinik AG"})
    more: dict[str, Any] = field(default_factory=dict)

    def offer(self, at: At) -> Done:
        reply = prepared.offer(at.ticket, **(self.given(at.key) | self.more))
        return Done(note=reply.response)

    def given(self, key: str) -> dict[str, Any]:
        sofia = {"address": "sofia.marchetti@example.com", "name": "Sofia Marchetti"}
        return {
            "step": key,
            "response": "proof-is-in",
            "values": self.values,
            "to": [Recipient(address="katrin@northwind.example.com", name="Katrin Vogel")],
            "cc": [Person(**sofia, role="seller"), Person(**sofia, role="channel manager")],
            "files": [(self.po, "po-4711.pdf")],
            "warnings": ["A distributor is on this opportunity: the reseller reads what you write."],
            "then": "pending_partner",
        }

    @property
    def now(self) -> PreparedReply | None:
        return prepared.of(self.ticket)

    @property
    def page(self) -> str:
        return f"/tickets/{self.ticket.reference}/"

    def state(self, slug: str = "send") -> tuple[str, str]:
        step = next(one for one in steps.of(self.ticket) if one.slug == slug)
        return step.state, step.note


def response() -> Response:
    return Response.objects.create(
        slug="proof-is-in",
        title="Proof received",
        topic=Response.Topic.SERVICE_ATTACH,
        subject="Your proof",
        body=BODY,
        variables=[Variable(name="customer", label="Customer").as_json()],
        owner_name="Desk",
        last_reviewed=timezone.localdate(),
    )


@pytest.fixture
def replies(cast: Cast, opened: OpenTicket, monkeypatch: pytest.MonkeyPatch) -> Replies:
    """A ticket with a document whose first step has prepared the reply, and whose second waits for it to be sent."""
    response()
    po = storing.store(b"%PDF-1.4 order", name="po-4711.pdf")
    made = Replies(po=po)
    declared = Procedure(
        kind=KIND,
        title="Trial",
        handbook="",
        steps=(
            automatic("answer", "Prepare the reply", made.offer),
            awaited("send", "Send the reply", prepared.look_sent("answer"), hears=prepared.HEARS),
        ),
    )
    monkeypatch.setitem(procedures._procedures, KIND, declared)
    made.ticket = opened(kind=KIND, files=[FilePart(stored=po, filename="po-4711.pdf")])
    steps.work_on(made.ticket.pk)
    return made
