"""Everybody of a team as its newest export says: what they have passed, and why somebody does not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Case, Value, When
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from partners import names, regions, team, team_facts, telling
from partners.models import Account, TeamMember, TeamReport

SIZE: Final = 200


@dataclass(frozen=True)
class Person:
    """`why_not` is empty for who counts, and for who has passed nothing."""

    member: TeamMember
    why_not: str


@dataclass(frozen=True, kw_only=True)
class People:
    report: TeamReport
    rows: Sequence[Person]
    start: int
    next: int
    previous: int | None
    old: bool  # nobody in it counts any more


def of(account: Account, *, on: date, start: int = 0) -> People | None:
    """Who has passed something first, then by name; None where no export is kept."""
    report = team.newest_of(account, on=on)
    if report is None:
        return None
    without = Case(When(courses=[], then=Value(1)), default=Value(0))
    found = report.members.annotate(without=without).order_by("without", Lower("name"), "pk")
    rows = list(found[start : start + SIZE + 1])
    namesakes = _namesakes(rows)
    holds = regions.agreement_of(account).holds
    return People(
        report=report,
        rows=[
            Person(one, _why_not(one, holds(one.country), namesake=one.pk in namesakes) if one.courses else "")
            for one in rows[:SIZE]
        ],
        start=start,
        next=start + SIZE if len(rows) > SIZE else 0,
        previous=max(0, start - SIZE) if start else None,
        old=team_facts.is_old(report.as_of, on),
    )


def _namesakes(rows: Sequence[TeamMember]) -> set[int]:
    """Those somebody else of the same name comes before, who is active."""
    first: dict[str, int] = {}
    for one in sorted(rows, key=lambda one: (not one.courses, one.pk)):
        if one.active and one.name:
            first.setdefault(names.of_person(one.name), one.pk)
    return {one.pk for one in rows if first.get(names.of_person(one.name), one.pk) != one.pk}


def _why_not(member: TeamMember, there: bool | None, *, namesake: bool) -> str:
    if member.active is False and not namesake:
        return _("not active any more")
    if there is False:
        return _("in another region")
    if member.active and there and not namesake:
        return ""
    return telling.in_doubt(active=member.active, namesake=namesake)
