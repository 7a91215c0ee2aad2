"""All counters of a queue page in one statement; each stops counting at a hundred, so a million tickets cost little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

from people.models import User
from tickets.models import Ticket
from tickets.models.ordering import due_or_never, paused
from tickets.queue.keyset import rows_before, rows_from
from tickets.queue.views import View, breaching

MOST = 99
LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


class UpTo(Subquery):
    """How many rows a query has, counted no further than one past the most that is shown."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, tickets: QuerySet[Ticket]) -> None:
        super().__init__(tickets.order_by().values("pk")[: MOST + 1])


@dataclass(frozen=True)
class Count:
    """Tickets of a view, and how many of them are overdue or nearly so."""

    tickets: int
    breaching: int = 0


def of_views(views: Sequence[View], tickets: QuerySet[Ticket], *, user: User, now: datetime) -> dict[str, UpTo]:
    """The expressions for all counters of `views`, to be read with `read`."""
    asked: dict[str, UpTo] = {}
    for view in views:
        held = view.holds(tickets, user=user, now=now)
        asked[f"all_{view.slug}"] = UpTo(held)
        if view.slug != "solved":
            asked[f"due_{view.slug}"] = UpTo(held.filter(breaching(now)))
    return asked


def read(asked: Mapping[str, Any], *, user: User) -> dict[str, Any]:
    """The values of all expressions in one statement; it starts from the reader's own row."""
    named = {f"n{number}": expression for number, expression in enumerate(asked.values())}
    values = User.objects.filter(pk=user.pk).annotate(**named).values_list(*named).get()
    return dict(zip(asked, values, strict=True))


def view_counts(found: Mapping[str, Any], views: Sequence[View]) -> dict[str, Count]:
    return {view.slug: Count(found[f"all_{view.slug}"], found.get(f"due_{view.slug}", 0)) for view in views}


def of_groups(tickets: QuerySet[Ticket], *, now: datetime, midnight: datetime) -> dict[str, UpTo]:
    """How many stand under each head of the queue sorted by due time."""
    keys = [paused(), due_or_never()]
    overdue, today, resting = [False, now], [False, midnight], [True, LONG_AGO]
    return {
        "overdue": UpTo(tickets.filter(rows_before(keys, overdue))),
        "today": UpTo(tickets.filter(rows_from(keys, overdue), rows_before(keys, today))),
        "later": UpTo(tickets.filter(rows_from(keys, today), rows_before(keys, resting))),
        "paused": UpTo(tickets.filter(rows_from(keys, resting))),
    }


def newest() -> Subquery:
    """The highest number any ticket has: what is above it later has arrived since."""
    return Subquery(Ticket.objects.order_by("-pk").values("pk")[:1])
