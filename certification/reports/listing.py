"""The list of reports: newest first, page by page, by partner and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certification.models import Report
from certification.reports import access, standing
from people.models import User
from tickets.models.ticket import number_of
from web.keyset import Key, Order, Page, Way, page_of

SIZE: Final = 50
KEPT: Final = ("show", "q", "partner")
LONGEST: Final = 200
_created: Key[Any] = Key(expression=F("created"), of=lambda row: row.created, type="time")
_number: Key[Any] = Key(expression=F("id"), of=lambda row: row.pk, type="number")
NEWEST: Final[Order[Any]] = Order(keys=(_created, _number), descending=True)
OPEN: Final = Q(withdrawn=None, forgotten=None, foreign_is=Report.Foreign.OPEN) & ~Q(foreign=[])
SHOWN: Final[Mapping[str, tuple[Promise, Q]]] = {
    "": (_("All"), Q(withdrawn=None)),
    "open": (_("Rows to decide"), OPEN),
    "nobody": (_("No partner"), Q(withdrawn=None, account=None)),
    "withdrawn": (_("Withdrawn"), Q(withdrawn__isnull=False)),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    show: str
    text: str
    partner: int | None
    way: Way
    cursor: str
    query: QueryDict

    @property
    def kept(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.query.items() if name != "q"]

    def href(self, changes: Mapping[str, str]) -> str:
        """The page with some parameters changed, from its first row."""
        query = self.query.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value:
                query[name] = value
        written = query.urlencode()
        return reverse("certification:reports") + (f"?{written}" if written else "")


@dataclass(frozen=True, kw_only=True)
class Tab:
    words: str | Promise
    href: str
    count: int
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    report: Report

    @property
    def is_open(self) -> bool:
        return self.report.withdrawn is None and standing.is_open(self.report)

    @property
    def counts(self) -> list[tuple[str, int]]:
        return [(name, count) for name, count in standing.counts_of(self.report).items() if count]


@dataclass(frozen=True)
class Listing:
    """Nothing is read before the template asks."""

    asked: Asked
    user: User

    @cached_property
    def tabs(self) -> list[Tab]:
        """With how many the words leave in each; one statement."""
        counted = self._rows().aggregate(
            **{slug or "all": Count("pk", filter=among) for slug, (_words, among) in SHOWN.items()}
        )
        return [
            Tab(
                words=words,
                href=self.asked.href({"show": slug}),
                count=counted[slug or "all"],
                chosen=slug == self.asked.show,
            )
            for slug, (words, _among) in SHOWN.items()
        ]

    @cached_property
    def rows(self) -> list[Row]:
        return [Row(report=one) for one in self._page.rows]

    @property
    def narrowed(self) -> bool:
        return bool(self.asked.text or self.asked.partner)

    @property
    def everything(self) -> str:
        return self.asked.href({"q": "", "partner": ""})

    @property
    def next(self) -> str:
        return self.asked.href({"after": self._page.next}) if self._page.next else ""

    @property
    def previous(self) -> str:
        return self.asked.href({"before": self._page.previous}) if self._page.previous else ""

    @cached_property
    def _page(self) -> Page[Any]:
        start = NEWEST.read(self.asked.cursor)
        way: Way = self.asked.way if start is not None else "after"
        rows = self._rows().filter(SHOWN[self.asked.show][1]).select_related("account", "ticket")
        rows = rows.order_by(*NEWEST.by(backwards=way == "before"))
        if start is not None:
            rows = rows.filter(NEWEST.beyond(start, way=way))
        return page_of(NEWEST, list(rows[: SIZE + 1]), size=SIZE, way=way, started=start is not None)

    def _rows(self) -> QuerySet[Report]:
        return narrowed(access.reports_for(self.user), self.asked)


def asked_for(given: QueryDict) -> Asked:
    query = QueryDict(mutable=True)
    for name in KEPT:
        value = given.get(name, "").replace("\x00", "")[:LONGEST]
        if value:
            query[name] = value
    way: Way = "before" if given.get("before") else "after"
    partner = query.get("partner", "")
    return Asked(
        show=query.get("show", "") if query.get("show", "") in SHOWN else "",
        text=" ".join(query.get("q", "").split()),
        partner=int(partner) if partner.isascii() and partner.isdecimal() and len(partner) < 19 else None,
        way=way,
        cursor=given.get(way, ""),
        query=query,
    )


def narrowed(rows: QuerySet[Report], asked: Asked) -> QuerySet[Report]:
    """Each word stands in the partner's name or the file's; or it is the number of the ticket."""
    if asked.partner is not None:
        rows = rows.filter(account=asked.partner)
    if not asked.text:
        return rows
    wanted = Q()
    for word in asked.text.split()[:8]:
        wanted &= Q(account__name__icontains=word) | Q(source_name__icontains=word)
    return rows.filter(wanted | Q(ticket=number_of(asked.text) or 0))
