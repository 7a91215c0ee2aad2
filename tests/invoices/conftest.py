"""Invoices as Salesforce has them: Northwind's own, its deal through a distributor, and somebody else's."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from documents import storing
from integrations import breaker, equipment, ledger, tokens
from integrations.salesforce.client import client
from invoices import requests
from invoices.models import InvoiceRequest
from partners.models import Account, Contact
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket, opened
from tickets import prepared, steps
from tickets.actions import Recipient, reply
from tickets.models import Message, PreparedReply, Step, Ticket

__all__ = ["OpenTicket", "opened"]
assert equipment.__all__  # a worker knows what to ask and to write

NORTHWIND, BLUEPEAK = "0018dQx00000001ABA", "0018dQx00000004ABA"
HAVELLAND = "0068dQx00000001ABA"  # an opportunity of Northwind's


@dataclass(frozen=True)
class World:
    cast: Cast
    own: str  # INV-0090001 of Northwind, won on 3 September, of 7 September
    second: str  # INV-0090002 of Northwind, of 9 September, without a PDF
    distributed: str  # INV-0090003 of Northwind's deal, made out to Polder
    others: str  # INV-0090004 of Bluepeak
    void: str  # INV-0090005 of Northwind


def invoice_pdf(number: str) -> bytes:
    out = io.BytesIO()
    pen = Canvas(out, invariant=1)
    pen.drawString(72, 720, f"Invoice {number}")
    pen.save()
    return out.getvalue()


@pytest.fixture
def invoices(request: pytest.FixtureRequest) -> World:
    return world_of(request)


def world_of(request: pytest.FixtureRequest) -> World:
    """Written with the real client; Northwind and Bluepeak are the sandbox's."""
    request.getfixturevalue("handbook")
    request.getfixturevalue("sandbox")
    cast: Cast = request.getfixturevalue("cast")
    tokens.forget_known()
    breaker.forget_beliefs()
    _known_there(cast.northwind, NORTHWIND)
    _known_there(cast.bluepeak, BLUEPEAK)
    org = client()
    customer = org.create("Account", {"Name": "Wattwerk Kraft ASA", "Type": "Customer"})
    polder = org.create("Account", {"Name": "Polder Distribution B.V.", "Type": "Partner"})

    def deal(name: str, closed: str) -> str:
        values = {
            "Name": name, "AccountId": customer, "StageName": "Closed Won", "CloseDate": closed,
            "ImpartnerPRM__PartnerAccount__c": NORTHWIND,
        }  # fmt: skip
        return str(org.create("Opportunity", values))

    def invoice(number: str, account: str, on: str, opportunity: str = "", status: str = "Posted") -> str:
        values: dict[str, Any] = {
            "Name": number, "Account__c": account, "Invoice_Date__c": on, "Amount__c": 24480, "Status__c": status,
        }  # fmt: skip
        return str(org.create("Invoice__c", values | ({"Opportunity__c": opportunity} if opportunity else {})))

    return World(
        cast=cast,
        own=invoice("INV-0090001", NORTHWIND, "2026-09-07", deal("Wattwerk, Premium 85", "2026-09-03")),
        second=invoice("INV-0090002", NORTHWIND, "2026-09-09"),
        distributed=invoice("INV-0090003", polder, "2026-10-30", deal("Wattwerk, Ultimate 30", "2026-10-28")),
        others=invoice("INV-0090004", BLUEPEAK, "2026-09-07"),
        void=invoice("INV-0090005", NORTHWIND, "2026-05-05", status="Void"),
    )


def with_pdf(record: str, number: str, *, title: str = "", content: bytes = b"") -> None:
    """A PDF hangs at the invoice."""
    name = f"{title or number}.pdf"
    stored = storing.store(content or invoice_pdf(number), name=name, declared_type="application/pdf", area="test")
    payload = {"record": record, "file": str(stored.pk), "title": title or number, "name": name}
    done = ledger.run(key=f"seed.{record}.{name}", operation="salesforce.attach_file", payload=payload)
    assert done.worked, done.words


def asks(opened: OpenTicket, text: str, *, by: Contact | None = None, **more: Any) -> Ticket:
    """A partner writes; a worker does what is ready."""
    given = {"kind": "invoice", "subject": "An invoice", "body": text, **more}
    ticket = opened(**given | ({"requester": by} if by else {}))
    worked(ticket)
    return ticket


def worked(ticket: Ticket) -> dict[str, str]:
    """The states by slug after a worker has done what is ready."""
    steps.work_on(ticket.pk)
    return states(ticket)


def states(ticket: Ticket) -> dict[str, str]:
    return {one.slug: one.state for one in steps.of(ticket)}


def step(ticket: Ticket, slug: str) -> Step:
    return next(one for one in steps.of(ticket) if one.slug == slug)


def request_of(ticket: Ticket) -> InvoiceRequest:
    found = requests.of(ticket)
    assert found is not None
    return found


def offered(ticket: Ticket) -> PreparedReply:
    found = prepared.of(ticket)
    assert found is not None
    return found


def sends(ticket: Ticket, *, by: Any) -> Message:
    """Somebody reads what is prepared and sends it as it stands."""
    there = prepared.take(ticket, offered(ticket).pk, by=by)
    assert there is not None
    to = [Recipient(address=one["address"], name=one["name"]) for one in there.to]
    body = there.body.replace("{{ sender_name }}", str(by))
    files = prepared.attach(there, None, by=by)
    message = reply(ticket, by=by, body=body, to=to, attachments=files, then=there.then)
    prepared.settle(there, message)
    return message


def confirm(ticket: Ticket, *, by: Any, **given: Any) -> None:
    """What a person fills in, over what the form proposes."""
    row = step(ticket, "choose")
    initial = dict(steps.prepared(row, by=by).initial)
    form = steps.form_of(row)({name: value for name, value in {**initial, **given}.items() if name != "found"})
    assert form.is_valid(), form.errors
    steps.confirm(row, form.cleaned_data, by=by)
    worked(ticket)


def _known_there(account: Account, identity: str) -> None:
    account.salesforce_id = identity
    account.save(update_fields=["salesforce_id"])
