"""The teams that count on a day, read at once: who in them has passed something, and what that counts to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject

from partners import names, regions
from partners.courses import names_one_of
from partners.models import Account, Gate, TeamMember, TeamReport
from partners.verdicts import Verdict, worst

LASTS: Final = timedelta(days=180)  # people come and go: what an older export says of them nobody can tell


@dataclass(frozen=True)
class Holder:
    """Somebody in a team with at least one course; `active` is None where the export does not say.

    `back`: not active, while somebody of that name is there with another address.
    """

    name: str
    email: str
    country: str
    active: bool | None
    courses: tuple[str, ...]
    back: bool = False

    def __str__(self) -> str:
        return self.name or self.email


@dataclass(frozen=True)
class Team:
    """The newest export that counts on the day, and of its people those with a course.

    `old`: it says nothing certain any more, neither a Yes nor a No.
    """

    as_of: date
    people: int
    holders: tuple[Holder, ...] = ()
    old: bool = False


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Distinct people of a team who hold what a requirement asks for.

    `sure` are active and in the region of the agreement; of `unsure` nobody knows one of the two, or whether they are
    somebody who is counted already.
    """

    needed: int
    sure: tuple[Holder, ...] = ()
    unsure: tuple[Holder, ...] = ()
    left: tuple[Holder, ...] = ()
    elsewhere: tuple[Holder, ...] = ()
    old: bool = False

    @property
    def verdict(self) -> Verdict:
        if self.old:
            return "unknown"
        if len(self.sure) >= self.needed:
            return "met"
        return "unknown" if len(self.sure) + len(self.unsure) >= self.needed else "missing"

    @property
    def short(self) -> int:
        return max(0, self.needed - len(self.sure))


def count(row: Gate, account: Account, team: Team) -> Counted:
    """Pure: who counts to `row`, and who would if they were there, or elsewhere."""
    holds = regions.agreement_of(account).holds
    found: dict[str, list[Holder]] = {"sure": [], "unsure": [], "left": [], "elsewhere": []}
    for one in team.holders:
        if any(names_one_of(course, row.values) for course in one.courses):
            found[_place(one, holds(one.country), old=team.old)].append(one)
    found["sure"], again = _by_name(found["sure"])
    found["unsure"] += again
    here = {names.of_person(one.name) for one in (*found["sure"], *found["unsure"]) if one.name}
    found["left"] = [one for one in found["left"] if names.of_person(one.name) not in here]
    return Counted(needed=row.at_least, old=team.old, **{place: tuple(people) for place, people in found.items()})


def _place(one: Holder, there: bool | None, *, old: bool) -> str:
    if one.active is False and not one.back:
        return "left"
    if there is False:
        return "elsewhere"
    return "sure" if one.active and there and not old else "unsure"


def _by_name(people: Iterable[Holder]) -> tuple[list[Holder], list[Holder]]:
    """Each name once, and those who have the name of another: the same person with two addresses, or a namesake."""
    first: dict[str, Holder] = {}
    again = [one for one in people if first.setdefault(names.of_person(one.name) or one.email, one) is not one]
    return list(first.values()), again


def computed(rows: Iterable[Gate], account: Account, team: Team) -> tuple[Verdict, list[tuple[Gate, Counted]]]:
    """What “Open Reqs Met?” should be by the export: all `rows` that count people, each with its people."""
    counted = [(row, count(row, account, team)) for row in rows]
    return (worst(one.verdict for _row, one in counted) if counted else "unknown"), counted


def of(ids: Collection[int], on: date) -> dict[int, Team]:
    """By account, for those that have one; one statement."""
    rows = newest(on).filter(account__in=ids).values_list("account_id", _TOLD)
    return {account: read(told, on) for account, told in rows} if ids else {}


def newest(on: date) -> QuerySet[TeamReport]:
    """The report of each partner that counts on the day."""
    return TeamReport.objects.filter(pk=Subquery(_counting(on, OuterRef("account")).values("pk")[:1]))


def told_of(account: OuterRef, on: date) -> Subquery:
    """The team of an outer query's account as JSON, for `read`; null where there is none."""
    return Subquery(_counting(on, account).values(told=_TOLD)[:1])


def read(told: Mapping[str, Any], on: date) -> Team:
    held = (Holder(**{**one, "courses": tuple(one["courses"])}) for one in told["held"])
    as_of = date.fromisoformat(told["as_of"])
    return Team(as_of, told["people"], tuple(held), old=is_old(as_of, on))


def is_old(as_of: date, on: date) -> bool:
    return on - as_of > LASTS


def _counting(on: date, account: OuterRef) -> QuerySet[TeamReport]:
    """The one that counts on the day stands first."""
    return TeamReport.objects.filter(account=account, as_of__lte=on, withdrawn=None).order_by("-as_of", "-id")


_WITH_COURSES = TeamMember.objects.filter(report=OuterRef("pk")).exclude(courses=[]).order_by("name", "id")
_NAMESAKES = TeamMember.objects.filter(report=OuterRef("report"), active=True, name__iexact=OuterRef("name"))
_BACK = Case(When(active=False, then=Exists(_NAMESAKES.exclude(name=""))), default=Value(value=False))
_HELD = JSONObject(name="name", email="email", country="country", active="active", courses="courses", back=_BACK)
_TOLD = JSONObject(as_of="as_of", people="people_count", held=ArraySubquery(_WITH_COURSES.values(told=_HELD)))
