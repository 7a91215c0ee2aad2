"""Figures about tickets for monitoring."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count

from tickets.models import Status, Ticket
from web.metrics import register_gauge


def register() -> None:
    register_gauge("desk_tickets", "Tickets by status.", by_status, label="status")


def by_status() -> Mapping[str, float]:
    counted = dict(Ticket.objects.order_by().values_list("status").annotate(Count("pk")))
    return {status.value: counted.get(status.value, 0) for status in Status}
