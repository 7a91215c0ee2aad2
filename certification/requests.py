"""The request of a ticket: one row, made when the ticket is first read."""

from __future__ import annotations

from certification.models import ReportRequest
from tickets.models import Ticket

KIND = "certification_report"


def of(ticket: Ticket) -> ReportRequest | None:
    found = ReportRequest.objects.select_related("account", "report__team", "report__account", "report__result")
    return found.filter(ticket=ticket.pk).first()


def begun(ticket: Ticket) -> ReportRequest:
    """The same, made where it was missing; two at once make one."""
    request, _made = ReportRequest.objects.get_or_create(ticket=ticket, defaults={"account": ticket.partner})
    return request
