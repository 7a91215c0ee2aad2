"""One rule as its page shows it: what it says now, what it said and will say, and who changed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from django.db.models import Q
from django.utils.translation import gettext as _

from routing import history, places
from routing.dating import AnyRule
from routing.directory import telling
from routing.models import GROUP, CountryGroup, Coverage, KeyRule, PartnerRule, SubdivisionPart
from routing.wording import own_name

KINDS: Final[dict[str, type[Any]]] = {"coverage": Coverage, "keyrule": KeyRule, "partnerrule": PartnerRule}
MOST: Final = 200


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of the same key: `state` is its place in time."""

    row: Any
    state: Literal["past", "now", "coming"]

    @property
    def may_take_back(self) -> bool:
        row = self.row
        return self.state == "coming" and not row.change_id and not getattr(row, "source_id", None)


@dataclass(frozen=True, kw_only=True)
class Page:
    kind: str
    row: Any
    title: str
    beside: str  # the list, the table
    lines: Sequence[Line]
    history: Sequence[telling.Told]
    group: CountryGroup | None = None
    part: SubdivisionPart | None = None
    countries: str = ""
    others: Sequence[Coverage] = ()  # the same place for another track


@dataclass(frozen=True, kw_only=True)
class Table:
    """The partner rules of one table that hold or will; `more` when there are too many to show."""

    slug: str
    title: str
    lines: Sequence[Line]
    more: int


def kind_of(row: AnyRule) -> str:
    return row._meta.model_name or ""  # noqa: SLF001


def page(row: AnyRule, *, on: date) -> Page:
    rows = history.lineage(row)
    lines = [line(one, on) for one in rows]
    told = telling.about(rows)
    if not isinstance(row, Coverage):
        return Page(
            kind=kind_of(row), row=row, title=title_of(row), beside=row.get_table_display(), lines=lines, history=told
        )
    group = (
        CountryGroup.objects.filter(key=row.place.removeprefix(GROUP)).first() if row.place.startswith(GROUP) else None
    )
    part = SubdivisionPart.objects.filter(place=row.place, slug=row.part).first() if row.part else None
    same = Coverage.objects.valid_on(on).filter(place=row.place, part=row.part).select_related("manager")
    return Page(
        kind="coverage",
        row=row,
        title=own_name(row.place, row.part),
        beside=row.section_title,
        lines=lines,
        history=told,
        group=group,
        part=part,
        countries=", ".join(places.name_of(code) for code in group.codes) if group else "",
        others=[one for one in same if one.pk not in {known.pk for known in rows}],
    )


def line(row: AnyRule, on: date) -> Line:
    return Line(row=row, state="coming" if row.valid_from > on else "now" if row.holds_on(on) else "past")


def title_of(row: AnyRule) -> str:
    if isinstance(row, Coverage):
        return own_name(row.place, row.part)
    return row.partner_name if isinstance(row, PartnerRule) else row.key


def may_name_nobody(row: AnyRule) -> bool:
    """A row of the mapping says words, too; a named partner has somebody."""
    return not isinstance(row, Coverage) and row.table != PartnerRule.Table.NAMED


def tables(*, on: date, asked: str = "") -> list[Table]:
    """Every table of partner rules; two statements for each."""
    found = PartnerRule.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on)).select_related("manager", "account")
    for word in asked[:200].split():
        found = found.filter(Q(partner_name__icontains=word) | Q(result__icontains=word))
    order = [PartnerRule.Table.NAMED, PartnerRule.Table.US_PUBSEC, PartnerRule.Table.ALLIANCE, PartnerRule.Table.GSI]
    return [_table(found.filter(table=table), table, on) for table in order]


def _table(found: Any, table: Any, on: date) -> Table:
    rows = list(found.order_by("folded", "valid_from")[:MOST])
    more = found.count() - MOST if len(rows) == MOST else 0
    title = _("Named partners, whatever their place") if table == PartnerRule.Table.NAMED else str(table.label)
    return Table(slug=table.value, title=title, lines=[line(row, on) for row in rows], more=more)
