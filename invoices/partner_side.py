"""What the partner's side may not see of a request for an invoice."""

from __future__ import annotations

from invoices.models import InvoiceRequest
from tickets import proving
from tickets.models import Ticket
from tickets.models.ticket import Channel


def is_by_mail_only(ticket: Ticket) -> bool:
    """Whether our answers are for the requester's mailbox alone."""
    if ticket.channel not in {Channel.FORM, Channel.API} or not _asks_for_one(ticket):
        return False
    return proving.is_unproved(ticket)


def _asks_for_one(ticket: Ticket) -> bool:
    """It does, or did: what was sent then is still there."""
    asked = InvoiceRequest.objects.filter(ticket=ticket, about=InvoiceRequest.About.COPY)
    return ticket.kind == "invoice" or asked.exists()
