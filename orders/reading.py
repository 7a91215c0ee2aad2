"""What an order says: numbers, names, amounts and dates, each with its place. Reading again changes no correction.

Called by a worker: documents are read first, where they have not been.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from orders import complete, facts
from orders.correcting import COLUMNS, request_of
from orders.models import OrderRequest
from tickets import papers
from tickets.models import Ticket

Facts = Mapping[str, Sequence[dict[str, Any]]]
LONGEST: Final = {
    field.name: field.max_length or 0
    for field in OrderRequest._meta.concrete_fields  # noqa: SLF001 - Django's documented door
    if field.name in COLUMNS
}


def read(ticket: Ticket) -> OrderRequest:
    """The request of this ticket with what is known now: the form first, then the mails, then the documents."""
    papers.read_all(ticket)
    found = facts.of(ticket, papers.sources_of(ticket))
    with transaction.atomic():
        row = _held(ticket)
        row.kind = ticket.kind
        row.account_id = ticket.partner_id
        row.facts = {**found, **{name: row.facts.get(name, []) for name in row.corrected}}
        for name in COLUMNS:
            if name not in row.corrected:
                setattr(row, name, _column(name, found))
        row.missing = [one.slug for one in complete.missing(row)]
        row.read = timezone.now()
        row.save()
    return row


def of(ticket: Ticket) -> OrderRequest | None:
    """What was read before; None where nothing was."""
    return request_of(ticket)


def _held(ticket: Ticket) -> OrderRequest:
    """The request's row, made when it is missing, and nobody else writes it meanwhile."""
    OrderRequest.objects.bulk_create([OrderRequest(ticket=ticket, kind=ticket.kind)], ignore_conflicts=True)
    return OrderRequest.objects.select_for_update().get(ticket=ticket)


def _column(name: str, found: Facts) -> str | Decimal | date | None:
    """The surest value, as its column takes it; nothing where it is none of that type, or a day with two readings."""
    surest = (found.get(name) or [{}])[0]
    value = str(surest.get("value", ""))
    if name in {"start_date", "end_date"}:
        return None if surest.get("also") else _date(value)
    if name == "amount":
        return _amount(value)
    return value[: LONGEST[name]]


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _amount(value: str) -> Decimal | None:
    try:
        amount = Decimal(value).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return amount if abs(amount) < Decimal(10) ** 14 else None
