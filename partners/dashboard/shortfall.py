"""How many certificates a line of the dashboard is short of the Open level, where its columns count them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from partners import gates
from partners.courses import names_one_of
from partners.facts import OPEN
from partners.models import DashboardReport, Gate


@dataclass(frozen=True)
class Need:
    """So many people with one of these certifications, and the columns that count them."""

    name: str
    at_least: int
    columns: tuple[str, ...]

    def short(self, counts: Mapping[str, Any]) -> int:
        """Columns may count the same people, so the fullest one says how many there are."""
        there = max((value for name in self.columns if type(value := counts.get(name)) is int), default=0)
        return max(0, self.at_least - there)


def needs_of(report: DashboardReport) -> list[Need]:
    """What the Open level took on the day of the dashboard; empty when a column is not there to tell."""
    rows = gates.valid_on(report.as_of).filter(gate=OPEN, check_kind=Gate.Check.CERTIFICATIONS, advisory=False)
    needs = [
        Need(row.values[0], row.at_least, tuple(name for name in report.columns if names_one_of(name, row.values)))
        for row in rows
        if row.values
    ]
    return needs if all(need.columns for need in needs) else []


def short_of(needs: list[Need], counts: Mapping[str, Any]) -> list[tuple[str, int]]:
    """What is missing, and how many of it."""
    return [(need.name, short) for need in needs if (short := need.short(counts))]


def one_away(report: DashboardReport, needs: list[Need]) -> list[int]:
    """The lines that are not met and one certificate short, by their ids."""
    if not needs:
        return []
    lines = report.rows.exclude(open_reqs_met=True).values_list("pk", "counts")
    return [pk for pk, counts in lines if sum(short for _name, short in short_of(needs, counts)) == 1]
