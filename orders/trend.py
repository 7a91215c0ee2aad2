"""Who still sends orders to the desk: requests that went astray by partner and month, for the card and the reports.

A ticket counts from its arrival, whatever becomes of it; one that a person made another type of request counts no
more, and what is spam or was merged into another ticket never did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from partners.models import Account
from tickets.models import Ticket
from tickets.models.ticket import NO_REQUEST

MONTHS: Final = 6
PARTNERS: Final = 50


@dataclass(frozen=True, kw_only=True)
class Month:
    """The requests of one month: all, and those that Partner Order Operations had as well."""

    first: date
    count: int = 0
    copied: int = 0


@dataclass(frozen=True, kw_only=True)
class Sender:
    """A partner with how many requests it sent here; `account` is None for those of nobody we know."""

    account: Account | None
    count: int
    copied: int
    by_kind: dict[str, int]

    @property
    def alone(self) -> int:
        """Those that only the desk got."""
        return self.count - self.copied


def by_month(*, account: Account | None = None, months: int = MONTHS, on: date | None = None) -> list[Month]:
    """The last months, this one last, empty ones too; of one partner, or of all. One statement."""
    firsts = _firsts(on or timezone.localdate(), months)
    rows = _since(firsts[0])
    if account is not None:
        rows = rows.filter(partner=account)
    counted = rows.annotate(month=TruncMonth("created")).values("month").annotate(n=Count("pk"), copied=_COPIED)
    found = {timezone.localtime(row["month"]).date(): row for row in counted.order_by()}
    none = {"n": 0, "copied": 0}
    rows_of = [(first, found.get(first, none)) for first in firsts]
    return [Month(first=first, count=row["n"], copied=row["copied"]) for first, row in rows_of]


def by_partner(*, since: date, until: date | None = None, limit: int = PARTNERS) -> list[Sender]:
    """Partners that sent most, from `since` on and before `until`. Two statements."""
    rows = _since(since)
    if until is not None:
        rows = rows.filter(created__lt=_begins(until))
    kinds: dict[str, Any] = {name: Count("pk", filter=Q(kind=name)) for name in KINDS}
    counted = rows.values("partner").annotate(n=Count("pk"), copied=_COPIED, **kinds)
    ranked: list[Any] = list(counted.order_by("-n", F("partner").asc(nulls_last=True))[:limit])
    accounts = Account.objects.in_bulk([row["partner"] for row in ranked if row["partner"] is not None])
    return [
        Sender(
            account=accounts.get(row["partner"]),
            count=row["n"],
            copied=row["copied"],
            by_kind={name: row[name] for name in KINDS if row[name]},
        )
        for row in ranked
    ]


def is_rising(months: Sequence[Month]) -> bool | None:
    """Whether the later half has more than the earlier one; None where there is too little to say so."""
    half = len(months) // 2
    before, after = sum(one.count for one in months[:half]), sum(one.count for one in months[-half:])
    if before + after < FEWEST or before == after:
        return None
    return after > before


KINDS: Final = ("purchase_order", "quote_request", "order_status")
FEWEST: Final = 3
_COPIED: Final = Count("pk", filter=Q(order_request__with_order_ops=True))


def _since(first: date) -> QuerySet[Ticket]:
    """Those that still are what they came as."""
    return Ticket.objects.filter(created__gte=_begins(first), kind__in=KINDS).exclude(status__in=NO_REQUEST)


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _firsts(on: date, months: int) -> list[date]:
    """The first days of the last months, in their order."""
    last = on.year * 12 + on.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - months + 1, last + 1)]
