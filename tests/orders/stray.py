"""Orders that go astray: mails with documents to the desk, the sandbox's opportunities, and what a worker does."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from io import BytesIO
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from integrations import asking, equipment
from integrations.salesforce import reading, soql
from orders.models import OrderRequest
from partners.models import Account
from people.models import ChannelManager, User
from tests.conftest import Cast
from tests.routing.rows import key_rule, manager
from tests.tickets.mails import arrives, mail, ticket_of
from tickets import prepared, steps
from tickets.models import PreparedReply, Ticket

assert equipment.__all__  # a worker knows what to ask and to write
assert reading.PARTNER

NORTHWIND = "0018dQx00000001ABA"
HAVELLAND = "0068dQx00000001ABA"  # Greta sells it, Noor is the ISR, DACH's manager is Maria
OPS = "partnerorderops@gitlab.com"
PO = (
    "Northwind DevOps GmbH", "Purchase order PO-4500017", "Quote number: Q-0093880", "Customer: Havelland Klinik AG",
    "Total: USD 34,560.00", "Opportunity: Havelland Klinik - Premium 120",
)  # fmt: skip
_numbers = itertools.count(1)


def world(cast: Cast) -> ChannelManager:
    """Northwind is the account of that name in Salesforce; the mapping gives DACH to somebody else than its owner."""
    Account.objects.filter(pk=cast.northwind.pk).update(salesforce_id=NORTHWIND, country="DE")
    cast.northwind.refresh_from_db()
    maria = manager("Maria Henry", "select")
    maria.salesforce_email = "maria.henry@example.com"
    maria.save()
    key_rule("segment", "Large-EMEA-EMEA-DACH", "Maria Henry")
    return maria


def pdf(*lines: str) -> bytes:
    made = BytesIO()
    canvas = Canvas(made, invariant=True)
    for place, line in enumerate(lines):
        canvas.drawString(60, 780 - 24 * place, line)
    canvas.save()
    return made.getvalue()


def letter(
    text: str = "Please book the attached.", files: Mapping[str, bytes] | None = None, **headers: str
) -> EmailMessage:
    """A mail of Katrin's with these files."""
    given = {"Subject": f"Purchase order PO-4500017 no. {next(_numbers)}", **headers}
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(mail(text, **given))
    for name, content in (files or {}).items():
        main, sub = ("application", "pdf") if name.endswith(".pdf") else ("text", "plain")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message


def sent(text: str = "Please book the attached.", files: Mapping[str, bytes] | None = None, **headers: str) -> Ticket:
    return ticket_of(arrives(bytes(letter(text, files, **headers))))


def worked(ticket: Ticket) -> dict[str, str]:
    """A worker does what is ready; the states by slug."""
    steps.work_on(ticket.pk)
    return {one.slug: one.state for one in steps.of(ticket)}


def agreed(ticket: Ticket, by: User, document: str = "", *, work: bool = True) -> dict[str, str]:
    """A person agrees to what is attached: the likely document, else the first."""
    waits = step(ticket, "document")
    shown = steps.prepared(waits, by=by).initial
    steps.confirm(waits, {"document": document or shown["document"] or shown["files"][0][0]}, by=by)
    return worked(ticket) if work else {}


def step(ticket: Ticket, slug: str) -> Any:
    return next(one for one in steps.of(ticket) if one.slug == slug)


def request_of(ticket: Ticket) -> OrderRequest:
    return OrderRequest.objects.select_related("ticket__partner", "ticket__requester").get(ticket=ticket)


def offered(ticket: Ticket) -> PreparedReply:
    found = prepared.of(ticket)
    assert found is not None
    return found


def addresses(rows: list[dict[str, str]]) -> list[str]:
    return [row["address"] for row in rows]


def files_at(record: str) -> list[str]:
    """The titles of what hangs there."""
    found = asking.ask("salesforce.files_of", record)
    return sorted(one.title for one in found)


def writes_at(record: str) -> int:
    question = "SELECT Id FROM ContentDocumentLink WHERE LinkedEntityId = {}"
    return len(soql.literal(question, record, about="ContentDocumentLink"))


@pytest.fixture
def astray(cast: Cast, handbook: None, sandbox: Any) -> Cast:
    world(cast)
    return cast
