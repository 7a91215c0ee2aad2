"""How the queue can be sorted. Each order ends in the ticket's number, so it is the same every time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tickets.kinds import Words
from tickets.models.ordering import NEVER, PRIORITY_ORDER, due_or_never, paused, priority_rank
from web.keyset import Key, Order


class Sorted(Protocol):
    """What of a row read the orders look at."""

    id: int
    due: datetime | None
    paused_since: datetime | None
    priority: str
    updated: datetime


@dataclass(frozen=True, kw_only=True)
class Sort:
    """An order with its name; `grouped` puts heads over what is overdue, due today, later, paused."""

    slug: str
    label: Words
    order: Order[Sorted]
    grouped: bool = False


def _rank(row: Sorted) -> int:
    return PRIORITY_ORDER.index(row.priority) if row.priority in PRIORITY_ORDER else len(PRIORITY_ORDER)


_number: Key[Sorted] = Key(expression=F("id"), of=lambda row: row.id, type="number")
_updated: Key[Sorted] = Key(expression=F("updated"), of=lambda row: row.updated, type="time")
_priority: Key[Sorted] = Key(expression=priority_rank(), of=_rank, type="number")
_paused: Key[Sorted] = Key(expression=paused(), of=lambda row: row.paused_since is not None, type="flag")
_due: Key[Sorted] = Key(expression=due_or_never(), of=lambda row: row.due or NEVER, type="time")

DUE: Order[Sorted] = Order(keys=(_paused, _due, _number))

SORTS: dict[str, Sort] = {
    sort.slug: sort
    for sort in (
        Sort(slug="due", label=_("SLA, soonest first"), order=DUE, grouped=True),
        Sort(slug="newest", label=_("Newest first"), order=Order(keys=(_number,), descending=True)),
        Sort(slug="oldest", label=_("Oldest first"), order=Order(keys=(_number,))),
        Sort(slug="updated", label=_("Last changed first"), order=Order(keys=(_updated, _number), descending=True)),
        Sort(slug="priority", label=_("Most urgent first"), order=Order(keys=(_priority, _paused, _due, _number))),
    )
}


def sort_called(slug: str, *, default: str) -> Sort:
    return SORTS.get(slug) or SORTS[default]
