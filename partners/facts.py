"""What is known of some partners on a day, beside their Salesforce fields: read at once, whatever their number."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Q

from partners.models import Account, Certification, DashboardReport, DashboardRow

WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Line:
    """A partner's line of the dashboard: “Open Reqs Met?” and the numbers beside it."""

    open_reqs_met: bool | None
    counts: Mapping[str, Any]


@dataclass(frozen=True)
class Pass:
    """A certification somebody holds on the day."""

    title: str
    person: int


@dataclass(frozen=True, kw_only=True)
class Facts:
    """`report` is the dashboard that counts on the day; None when there is none."""

    on: date
    report: DashboardReport | None = None
    lines: Mapping[int, list[Line]] = field(default_factory=dict)
    passes: Mapping[int, list[Pass]] = field(default_factory=dict)
    passes_known: bool = False  # Salesforce keeps certifications at all


def dashboard_on(on: date) -> DashboardReport | None:
    """The newest dashboard as of that day or earlier that was not withdrawn."""
    return DashboardReport.objects.filter(as_of__lte=on, withdrawn=None).order_by("-as_of", "-id").first()


def about(accounts: Iterable[Account], *, on: date) -> Facts:
    """Four queries, whatever the number of accounts."""
    ids = {account.pk for account in accounts}
    report = dashboard_on(on)
    passes = _passes(ids, on)
    return Facts(
        on=on,
        report=report,
        lines=_lines(ids, report),
        passes=passes,
        passes_known=bool(passes) or Certification.objects.filter(deleted=None).exists(),
    )


def _lines(ids: set[int], report: DashboardReport | None) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    if report is not None and ids:
        rows = DashboardRow.objects.filter(report=report, account__in=ids)
        for account, met, counts in rows.values_list("account_id", "open_reqs_met", "counts"):
            found[account].append(Line(met, counts))
    return dict(found)


def _passes(ids: set[int], on: date) -> dict[int, list[Pass]]:
    """Held on the day by somebody who is still there; a pass without a person counts as somebody of its own."""
    held = Certification.objects.filter(
        Q(passed=None) | Q(passed__lte=on), Q(expires=None) | Q(expires__gt=on), account__in=ids, deleted=None
    ).exclude(Q(contact__active=False) | Q(contact__deleted__isnull=False))
    found: dict[int, list[Pass]] = defaultdict(list)
    for pk, account, title, contact in held.values_list("pk", "account_id", "title", "contact_id"):
        found[account].append(Pass(title, contact or -pk))
    return dict(found)


def names_one_of(title: str, names: Iterable[str]) -> bool:
    """A course, however it is headed: “PSE Certified 2021” is a PSE, “Sales Core Training” is Sales Core."""
    words = _words(title)
    return any(_holds(words, _words(name)) for name in names)


def _holds(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    length = len(wanted)
    return bool(wanted) and any(words[at : at + length] == wanted for at in range(len(words) - length + 1))


@lru_cache(maxsize=2000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
