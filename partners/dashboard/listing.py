"""The dashboard as a page reads it: lines filtered, counted and turned page by page in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners import facts
from partners.dashboard import shortfall
from partners.dashboard.shortfall import Need
from partners.matching import Candidate, match
from partners.models import AccountName, DashboardReport, DashboardRow
from partners.names import normalised

SIZE: Final = 100
WITH_SUGGESTIONS: Final = 20
MOST_SUGGESTED: Final = 3
HISTORY: Final = 50
OLD: Final = timedelta(days=14)
YES, NO, UNSAID, NOBODY = Q(open_reqs_met=True), Q(open_reqs_met=False), Q(open_reqs_met=None), Q(account=None)
FILTERS: Final[dict[str, Promise]] = {
    "": _("All"),
    "no": _("Not met"),
    "unknown": _("Unknown"),
    "almost": _("One certificate away"),
    "yes": _("Met"),
    "unmatched": _("No partner found"),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for."""

    show: str = ""
    text: str = ""
    after: int = 0
    before: int = 0


@dataclass(frozen=True, kw_only=True)
class Row:
    line: DashboardRow
    numbers: list[int | str]
    short: list[tuple[str, int]]
    suggested: Sequence[Candidate] = ()
    remembered: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    report: DashboardReport
    asked: Asked
    counts: dict[str, int]
    heads: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    next: int = 0
    previous: int = 0

    @property
    def filters(self) -> list[tuple[str, Promise, int]]:
        return [(slug, FILTERS[slug], count) for slug, count in self.counts.items()]

    @property
    def age(self) -> int:
        return age_of(self.report)

    @property
    def old(self) -> bool:
        return is_old(self.report)


def age_of(report: DashboardReport) -> int:
    """In days."""
    return (timezone.localdate() - report.as_of).days


def is_old(report: DashboardReport) -> bool:
    return timezone.localdate() - report.as_of > OLD


def report_of(pk: str, *, on: date) -> DashboardReport | None:
    """The one asked for, else the one that counts on the day."""
    if pk.isascii() and pk.isdecimal() and len(pk) < 19:
        return DashboardReport.objects.filter(pk=int(pk)).first()
    return facts.dashboard_on(on)


def page(report: DashboardReport, asked: Asked) -> Page:
    needs = shortfall.needs_of(report)
    almost = shortfall.one_away(report, needs)
    lines, following, preceding = _cut(filtered(report, asked, almost), asked)
    return Page(
        report=report,
        asked=asked,
        counts=_counts(report, almost if needs else None),
        heads=(heads := _heads(report, lines)),
        needs=needs,
        rows=_rows(lines, heads, needs, suggest=asked.show == "unmatched"),
        next=following,
        previous=preceding,
    )


def filtered(report: DashboardReport, asked: Asked, almost: list[int] | None = None) -> QuerySet[DashboardRow]:
    """The lines asked for in the order of the file."""
    rows = report.rows.select_related("account__channel_manager").order_by("number")
    if asked.show in {"yes", "no"}:
        rows = rows.filter(open_reqs_met=asked.show == "yes")
    elif asked.show == "unknown":
        rows = rows.filter(open_reqs_met=None)
    elif asked.show == "unmatched":
        rows = rows.filter(account=None)
    elif asked.show == "almost":
        needs = shortfall.needs_of(report) if almost is None else []
        rows = rows.filter(pk__in=shortfall.one_away(report, needs) if almost is None else almost)
    for word in asked.text.split():
        rows = rows.filter(Q(partner_name__icontains=word) | Q(account__name__icontains=word))
    return rows


def _cut(rows: QuerySet[DashboardRow], asked: Asked) -> tuple[list[DashboardRow], int, int]:
    """A page of lines, and the numbers its neighbours start behind; 0 where there is none."""
    size = WITH_SUGGESTIONS if asked.show == "unmatched" else SIZE
    if asked.before:
        found = list(rows.filter(number__lt=asked.before).reverse()[: size + 1])
        lines = found[:size][::-1]
        return lines, (lines[-1].number if lines else 0), (lines[0].number if len(found) > size else 0)
    found = list(rows.filter(number__gt=asked.after)[: size + 1])
    lines = found[:size]
    return lines, (lines[-1].number if len(found) > size else 0), (lines[0].number if lines and asked.after else 0)


def _counts(report: DashboardReport, almost: list[int] | None) -> dict[str, int]:
    found = report.rows.aggregate(
        all=Count("pk"),
        no=Count("pk", filter=NO),
        unknown=Count("pk", filter=UNSAID),
        yes=Count("pk", filter=YES),
        unmatched=Count("pk", filter=NOBODY),
    )
    shown = [slug for slug in FILTERS if slug != "almost" or almost is not None]
    return {slug: len(almost or []) if slug == "almost" else found[slug or "all"] for slug in shown}


def _heads(report: DashboardReport, lines: list[DashboardRow]) -> list[str]:
    """The columns that hold numbers, in the order of the file."""
    return [name for name in report.columns if any(type(line.counts.get(name)) is int for line in lines)]


def _rows(lines: list[DashboardRow], heads: list[str], needs: list[Need], *, suggest: bool) -> list[Row]:
    said = {normalised(line.partner_name) for line in lines if line.account_id}
    remembered = set(AccountName.objects.filter(name__in=said).values_list("name", flat=True))
    return [
        Row(
            line=line,
            numbers=[line.counts.get(name, "") for name in heads],
            short=[] if line.open_reqs_met else shortfall.short_of(needs, line.counts),
            suggested=suggested_for(line.partner_name) if suggest else (),
            remembered=bool(line.account_id) and normalised(line.partner_name) in remembered,
        )
        for line in lines
    ]


def suggested_for(name: str) -> Sequence[Candidate]:
    """Partners with a name like it, the likeliest first."""
    return match(company=name).candidates[:MOST_SUGGESTED]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A dashboard of the history, with how many of its lines say what."""

    report: DashboardReport
    counts: dict[str, int]
    is_current: bool


def history(*, on: date) -> list[Kept]:
    """The dashboards of the newest days; three queries."""
    reports = list(DashboardReport.objects.select_related("file")[:HISTORY])
    current = facts.dashboard_on(on)
    rows = DashboardRow.objects.filter(report__in=reports).order_by().values("report")
    found = rows.annotate(yes=Count("pk", filter=YES), no=Count("pk", filter=NO)).values_list("report", "yes", "no")
    counted = {pk: {"yes": yes, "no": no} for pk, yes, no in found}
    none = {"yes": 0, "no": 0}
    return [Kept(report=one, counts=counted.get(one.pk, none), is_current=one == current) for one in reports]
