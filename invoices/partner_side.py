"""What the partner's side may not see of a request for an invoice."""

from __future__ import annotations

from invoices.models import InvoiceRequest
from journal.record import events_of
from tickets.models import Ticket
from tickets.models.ticket import Channel


def is_by_mail_only(ticket: Ticket) -> bool:
    """Whether our answers are for the requester's mailbox alone: whoever filled in the form has proved no address.

    They hold the link of the request at once, in whosever name they wrote.
    """
    if ticket.channel not in {Channel.FORM, Channel.API} or not _asks_for_one(ticket):
        return False
    return not events_of(ticket).filter(verb="opened", actor__isnull=False).exists()


def _asks_for_one(ticket: Ticket) -> bool:
    """It does, or did: what was sent then is still there."""
    asked = InvoiceRequest.objects.filter(ticket=ticket, about=InvoiceRequest.About.COPY)
    return ticket.kind == "invoice" or asked.exists()
