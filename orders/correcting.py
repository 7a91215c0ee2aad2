"""A person knows better than what was read: their value stays, the event says what stood there before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from journal.record import actor_of
from orders import complete
from orders.models import OrderRequest
from people.models import User
from tickets import steps
from tickets.actions.core import changed, locked
from tickets.models import Ticket

COLUMNS: Final = (
    "po_no", "quote_no", "opportunity_name", "customer", "amount", "currency", "start_date", "end_date",
)  # fmt: skip
ORDER_OPS: Final = "with_order_ops"
Value = str | Decimal | date | None
_YES, _NO = "yes", "no"


def correct(request: OrderRequest, values: Mapping[str, Value], *, by: User) -> OrderRequest:
    """Sets what differs, by the name of a column or of a fact; an empty value says that there is none.

    A value that stays as it was is not a correction, and reading again never touches one.
    """
    with transaction.atomic(), locked(request.ticket) as ticket:
        row = OrderRequest.objects.select_for_update().get(pk=request.pk)
        now = {name: value for name, value in values.items() if _shown(value) != value_of(row, name)}
        if not now:
            return row
        before = {name: value_of(row, name) for name in now}
        for name, value in now.items():
            _put(row, name, value, by=by)
        row.missing = [one.slug for one in complete.missing(row)]
        row.save()
        after = {name: value_of(row, name) for name in now}
        changed(ticket, "order corrected", by=actor_of(by), before=before, after=after)
        steps.heard(ticket, "facts")
    return row


def say_order_ops(request: OrderRequest, *, there: bool, by: User) -> OrderRequest:
    """Whether Partner Order Operations has it is known better by a person: the procedure takes the other way then."""
    return correct(request, {ORDER_OPS: _YES if there else _NO}, by=by)


def request_of(ticket: Ticket) -> OrderRequest | None:
    """What was read on a ticket; None where nothing was yet."""
    return OrderRequest.objects.filter(ticket=ticket).first()


def value_of(row: OrderRequest, name: str) -> str:
    """As it is shown, typed and compared."""
    if name == ORDER_OPS:
        return {True: _YES, False: _NO, None: ""}[row.with_order_ops]
    if name in COLUMNS:
        return _shown(getattr(row, name))
    return next((str(one.get("value", "")) for one in row.facts.get(name, ())), "")


def _put(row: OrderRequest, name: str, value: Value, *, by: User) -> None:
    if name in COLUMNS:
        empty: Value = None if name in {"amount", "start_date", "end_date"} else ""
        setattr(row, name, empty if value in ("", None) else value)
    typed: list[dict[str, Any]] = []
    source = _("typed by %(name)s") % {"name": by}
    if name == ORDER_OPS:
        row.with_order_ops, row.where_seen = value == _YES, _("said by %(name)s") % {"name": by}
    if _shown(value):
        typed = [{"value": _shown(value), "source": source, "quote": "", "sure": 1.0, "link": "", "page": 0}]
    row.facts = {**row.facts, name: typed}
    row.corrected = sorted({*row.corrected, name})


def _shown(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else str(value)
