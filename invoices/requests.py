"""The request of a ticket: one row, made when the ticket is first read."""

from __future__ import annotations

from invoices.models import InvoiceRequest
from tickets.models import Ticket


def of(ticket: Ticket) -> InvoiceRequest | None:
    return InvoiceRequest.objects.select_related("account", "decided_by").filter(ticket=ticket.pk).first()


def begun(ticket: Ticket) -> InvoiceRequest:
    """The same, made where it was missing; two at once make one."""
    request, _made = InvoiceRequest.objects.get_or_create(ticket=ticket, defaults={"account": ticket.partner})
    return request
