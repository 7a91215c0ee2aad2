"""All counters of a queue page in one statement; each stops counting at a hundred, so a million tickets cost little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Case, CharField, IntegerField, JSONField, QuerySet, Subquery, Value, When

from people.models import User
from tickets.models import Ticket
from tickets.models.ordering import due_or_never, paused
from tickets.models.ticket import ACTIVE
from tickets.queue.orders import DUE
from tickets.queue.views import View, breaching
from tickets.sla import PAUSING
from web.keyset import rows_before, rows_from

MOST = 99
MOST_BREACHING = 2000
MOST_GROUPED = 20_000
LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


class UpTo(Subquery):
    """How many rows a query has, counted no further than one past the most that is shown."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
    empty_result_set_value = 0

    def __init__(self, tickets: QuerySet[Ticket]) -> None:
        super().__init__(tickets.values("pk")[: MOST + 1])


class Groups(Subquery):
    """How many tickets there are by status, holder, region and whether they breach."""

    template = (
        "(SELECT JSONB_AGG(JSONB_BUILD_ARRAY(status, holder, region, late, tickets)) FROM (SELECT status, holder,"
        " region, late, COUNT(*) tickets FROM (%(subquery)s) held GROUP BY status, holder, region, late) grouped)"
    )
    output_field = JSONField()

    def __init__(self, tickets: QuerySet[Ticket], *, user: User, now: datetime, most: int) -> None:
        mine, free = When(assignee=user, then=Value("me")), When(assignee=None, then=Value("nobody"))
        holder = Case(mine, free, default=Value("other"), output_field=CharField())
        held = tickets.annotate(holder=holder, late=breaching(now))
        super().__init__(held.values("status", "holder", "region", "late")[:most])


@dataclass(frozen=True)
class Count:
    """Tickets of a view, and how many of them are overdue or nearly so."""

    tickets: int
    breaching: int = 0


def of_views(views: Sequence[View], tickets: QuerySet[Ticket], *, user: User, now: datetime) -> dict[str, Subquery]:
    """The expressions for all counters of `views`, to be read with `read`.

    The desk sees every ticket: each view is counted up to the cap along its index, and the most urgent are grouped. Who
    sees few tickets gets those grouped in one pass.
    """
    active = tickets.filter(status__in=sorted(ACTIVE))
    if user.on_desk:
        urgent = active.filter(breaching(now)).order_by(*DUE.by())
        groups = Groups(urgent, user=user, now=now, most=MOST_BREACHING)
        counted = [view for view in views if not view.breaching]
    else:
        groups = Groups(active.order_by(), user=user, now=now, most=MOST_GROUPED)
        counted = [view for view in views if not view.statuses <= ACTIVE]
    held = {f"all_{view.slug}": UpTo(view.holds(tickets.order_by(), user=user, now=now)) for view in counted}
    return {**held, "groups": groups}


def read(asked: Mapping[str, Any], *, user: User) -> dict[str, Any]:
    """The values of all expressions in one statement; it starts from the reader's own row."""
    named = {f"n{number}": expression for number, expression in enumerate(asked.values())}
    values = User.objects.filter(pk=user.pk).annotate(**named).values_list(*named).get()
    return dict(zip(asked, values, strict=True))


def view_counts(found: Mapping[str, Any], views: Sequence[View]) -> dict[str, Count]:
    """The counters of `views` from what was read."""
    counted = {}
    for view in views:
        inside = [
            (late, number)
            for status, holder, region, late, number in found["groups"] or []
            if view.takes(status=status, holder=holder, region=region)
        ]
        urgent = sum(number for late, number in inside if late)
        whole = urgent if view.breaching else sum(number for _late, number in inside)
        counted[view.slug] = Count(found.get(f"all_{view.slug}", whole), urgent)
    return counted


def of_groups(
    tickets: QuerySet[Ticket], *, statuses: frozenset[str], now: datetime, midnight: datetime
) -> dict[str, UpTo]:
    """How many stand under each head of the queue sorted by due time; only heads these statuses can have."""
    keys, by_due = [paused(), due_or_never()], tickets.order_by(*DUE.by())
    overdue, today, resting = [False, now], [False, midnight], [True, LONG_AGO]
    running = {
        "overdue": UpTo(by_due.filter(rows_before(keys, overdue))),
        "today": UpTo(by_due.filter(rows_from(keys, overdue), rows_before(keys, today))),
        "later": UpTo(by_due.filter(rows_from(keys, today), rows_before(keys, resting))),
    }
    waiting = {"paused": UpTo(by_due.filter(rows_from(keys, resting)))}
    return {**(running if statuses - PAUSING else {}), **(waiting if statuses & PAUSING else {})}


def newest() -> Subquery:
    """The highest number any ticket has: what is above it later has arrived since."""
    return Subquery(Ticket.objects.order_by("-pk").values("pk")[:1])
