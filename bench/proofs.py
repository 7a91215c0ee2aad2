"""A proof: what is automatic of it, from its 20 pages to the drafted reply, against the vendors' sandbox.

A worker's work in this process; the person between the checks and the writes decides at once.
"""

from __future__ import annotations

import io
import statistics
import time
from typing import Final, NamedTuple

from reportlab.pdfgen.canvas import Canvas

from bench import forgetting, vendors
from bench.vendors import Vendors
from documents import cage
from documents.storing import store
from integrations import equipment
from journal.record import Actor
from partners.models import Account, Contact
from people.models import User
from tickets import actions, prepared, steps
from tickets.actions import FilePart, NewTicket
from tickets.models import Step, Ticket
from tickets.models.ticket import Channel

assert equipment.__all__  # a worker knows what to ask and to write
ROUNDS: Final = 9
PAGES: Final = 20
SUBJECT: Final = "bench: proof of execution"
NORTHWIND: Final = "0018dQx00000001ABA"
SAYS: Final = (
    "Partner Name: Northwind DevOps GmbH", "Customer Name: Havelland Klinik AG",
    "Service Attach Deal ID: GL-0048213", "Services end on: 20 January 2027",
    "Signed for the Customer by: Dr. Ute Lorenz", "Signed on: 18 November 2026",
)  # fmt: skip


class Taken(NamedTuple):
    """Milliseconds: to the decision, from there to the draft, and both; the slowest of all."""

    checked: float
    written: float
    whole: float
    slowest: float


def submitted(by: User) -> Taken:
    """One proof after the other; the first one loads the vendors' libraries and is not counted."""
    _forget()
    account, _new = Account.objects.get_or_create(salesforce_id=NORTHWIND, defaults={"name": "Northwind DevOps GmbH"})
    contact, _new = Contact.objects.get_or_create(
        email="bench-proof@northwind.example.com", defaults={"name": "Katrin Bench", "account": account}
    )
    try:
        with vendors.running() as found:
            rounds = [_round(found, contact, number, by=by) for number in range(ROUNDS + 1)][1:]
    finally:
        _forget()
        contact.delete()
        cage.close()
    whole = [sum(one) for one in rounds]
    middle = [statistics.median(part) for part in (*zip(*rounds, strict=True), whole)]
    return Taken(checked=middle[0], written=middle[1], whole=middle[2], slowest=max(whole))


def _round(found: Vendors, contact: Contact, number: int, *, by: User) -> tuple[float, float]:
    found.ask("/salesforce/reset", {})
    files = [FilePart(stored=store(_pdf(number), name="SOW.pdf"), filename="SOW.pdf")]
    new = NewTicket(
        kind="service_attach", subject=SUBJECT, requester=contact, body="The proof is attached.",
        channel=Channel.MAIL, partner=contact.account, files=files,
    )  # fmt: skip
    ticket = actions.open_ticket(new, by=Actor(contact.name))
    checked = _worked(ticket)
    decide = _step(ticket, "decide")
    form = steps.form_of(decide)({"what": "go", "why": "A bench."})
    assert form.is_valid()
    steps.confirm(decide, form.cleaned_data, by=by)
    written = _worked(ticket)
    if prepared.of(ticket) is None:
        raise SystemExit(f"The proof came as far as {steps.current(ticket)}.")
    _forget()  # one registration has one proof
    return checked, written


def _worked(ticket: Ticket) -> float:
    began = time.perf_counter()
    steps.work_on(ticket.pk)
    return (time.perf_counter() - began) * 1000


def _step(ticket: Ticket, slug: str) -> Step:
    return next(one for one in steps.of(ticket) if one.slug == slug)


def _pdf(number: int) -> bytes:
    """Twenty pages of prose with the values on the second one; no two proofs have the same content."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for page in range(PAGES):
        said = SAYS if page == 1 else ()
        lines = [*said, *(f"Section {page}.{row} of statement {number}: as both agreed." for row in range(30))]
        for row, line in enumerate(lines):
            canvas.drawString(72, 790 - 20 * row, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _forget() -> None:
    forgetting.tickets(Ticket.objects.filter(subject=SUBJECT))
