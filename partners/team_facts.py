"""The teams that count on a day, read at once: who in them has passed something, and what that counts to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from partners import regions
from partners.courses import names_one_of
from partners.models import Account, Gate, TeamMember, TeamReport
from partners.verdicts import Verdict, worst


@dataclass(frozen=True)
class Holder:
    """Somebody in a team with at least one course; `active` is None where the export does not say."""

    name: str
    email: str
    country: str
    active: bool | None
    courses: tuple[str, ...]

    def __str__(self) -> str:
        return self.name or self.email


@dataclass(frozen=True)
class Team:
    """The newest export that counts on the day, and of its people those with a course."""

    as_of: date
    people: int
    holders: tuple[Holder, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Distinct people of a team who hold what a requirement asks for.

    `sure` are active and in the region of the agreement; of `unsure` nobody knows one of the two.
    """

    needed: int
    sure: tuple[Holder, ...] = ()
    unsure: tuple[Holder, ...] = ()
    left: tuple[Holder, ...] = ()
    elsewhere: tuple[Holder, ...] = ()

    @property
    def verdict(self) -> Verdict:
        if len(self.sure) >= self.needed:
            return "met"
        return "unknown" if len(self.sure) + len(self.unsure) >= self.needed else "missing"

    @property
    def short(self) -> int:
        return max(0, self.needed - len(self.sure))


def count(row: Gate, account: Account, team: Team) -> Counted:
    """Pure: who counts to `row`, and who would if they were there, or elsewhere."""
    agreement = regions.agreement_of(account)
    sorted_out: dict[str, list[Holder]] = {"sure": [], "unsure": [], "left": [], "elsewhere": []}
    for one in team.holders:
        if any(names_one_of(course, row.values) for course in one.courses):
            sorted_out[_place(one, agreement.holds(one.country))].append(one)
    return Counted(needed=row.at_least, **{name: tuple(people) for name, people in sorted_out.items()})


def _place(one: Holder, there: bool | None) -> str:
    if one.active is False:
        return "left"
    if there is False:
        return "elsewhere"
    return "sure" if one.active and there else "unsure"


def computed(rows: Iterable[Gate], account: Account, team: Team) -> tuple[Verdict, list[tuple[Gate, Counted]]]:
    """What “Open Reqs Met?” should be by the export: all `rows` that count people, each with its people."""
    counted = [(row, count(row, account, team)) for row in rows]
    return (worst(one.verdict for _row, one in counted) if counted else "unknown"), counted


def of(ids: Collection[int], on: date) -> dict[int, Team]:
    """By account, for those that have one; one statement."""
    rows = newest(on).filter(account__in=ids).values_list("account_id", _TOLD)
    return {account: read(told) for account, told in rows} if ids else {}


def newest(on: date) -> QuerySet[TeamReport]:
    """The report of each partner that counts on the day."""
    return TeamReport.objects.filter(pk=Subquery(_counting(on, OuterRef("account")).values("pk")[:1]))


def told_of(account: OuterRef, on: date) -> Subquery:
    """The team of an outer query's account as JSON, for `read`; null where there is none."""
    return Subquery(_counting(on, account).values(told=_TOLD)[:1])


def read(told: Mapping[str, Any]) -> Team:
    held = (Holder(**{**one, "courses": tuple(one["courses"])}) for one in told["held"])
    return Team(date.fromisoformat(told["as_of"]), told["people"], tuple(held))


def _counting(on: date, account: OuterRef) -> QuerySet[TeamReport]:
    """The one that counts on the day stands first."""
    return TeamReport.objects.filter(account=account, as_of__lte=on, withdrawn=None).order_by("-as_of", "-id")


_WITH_COURSES = TeamMember.objects.filter(report=OuterRef("pk")).exclude(courses=[]).order_by("name", "id")
_HELD = JSONObject(name="name", email="email", country="country", active="active", courses="courses")
_TOLD = JSONObject(as_of="as_of", people="people_count", held=ArraySubquery(_WITH_COURSES.values(told=_HELD)))
