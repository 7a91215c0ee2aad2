"""A partner's team as an export of the partner portal says it, kept by day: no home address, no telephone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import DESK, actor_of, events_of, record
from partners import names
from partners.models import Account, TeamReport
from people.models import User

MOST_COURSES = 50
JOINED: Final = "teams joined"
BATCH: Final = 2000
_INSERT = """
    INSERT INTO partners_teammember (report_id, name, email, country, active, admin, courses)
    SELECT %s, one.* FROM json_to_recordset(%s)
        AS one(name text, email text, country text, active boolean, admin boolean, courses text[])
"""


class Refused(Exception):  # noqa: N818 - an answer to a person
    """Why nothing was changed: a sentence for people."""


@dataclass(frozen=True)
class Member:
    """Somebody of the export; None is “not said”. `courses` are the training fields that are True, as headed there."""

    name: str = ""
    email: str = ""
    country: str = ""
    active: bool | None = None
    admin: bool | None = None
    courses: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Who it is: the address, else the name."""
        return self.email or f"name {names.of_person(self.name)}"


def take(account: Account, members: Iterable[Member], *, as_of: date, by: User | None) -> TeamReport:
    """The partner's team on that day. The same people twice are one report; the newest of a day counts."""
    if by is not None and not by.on_desk:
        raise PermissionDenied(_("Only the desk takes over exports of the partner portal."))
    if as_of > timezone.localdate():
        raise Refused(_("The day is still to come. Enter the day the team was exported."))
    people = _each_once(members)
    with transaction.atomic():
        Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
        if done := _same(account, people, as_of):
            return done
        report = TeamReport.objects.create(account=account, as_of=as_of, people_count=len(people), by=by)
        _write(report, people)
        after = {"as_of": as_of.isoformat(), "people": len(people), "report": report.pk}
        record(account, "team taken over", by=actor_of(by) if by else DESK, after=after)
    return report


def join(lost: Account, survivor: Account) -> TeamReport | None:
    """Two partners become one, and so do their teams: an export of one of them does not show the other's people gone.

    Of the older export nobody can tell who is still active. None where only one of them has a team.
    """
    today = timezone.localdate()
    newest = [one for account in (survivor, lost) if (one := newest_of(account, on=today))]
    if len(newest) < 2:
        return None
    as_of = max(one.as_of for one in newest)
    people = [member if one.as_of == as_of else replace(member, active=None) for one in newest for member in _kept(one)]
    joined = take(survivor, people, as_of=as_of, by=None)
    if joined not in newest:
        record(survivor, JOINED, by=DESK, after={"report": joined.pk, "of": [one.pk for one in newest]})
    return joined


def withdraw(report: TeamReport, by: User, *, why: str = "") -> TeamReport:
    """It counts for no day any more, and neither does what a merge made of it; its people stay to be read."""
    if not by.on_desk:
        raise PermissionDenied(_("Only the desk withdraws exports of the partner portal."))
    with transaction.atomic():
        row = TeamReport.objects.select_for_update(of=("self",)).select_related("account").get(pk=report.pk)
        if row.withdrawn is None:
            row.withdrawn = timezone.now()
            row.save(update_fields=["withdrawn"])
            said = {"as_of": row.as_of.isoformat(), "people": row.people_count, "report": row.pk}
            record(row.account, "team withdrawn", by=actor_of(by), before=said, why=why)
            for made_of_it in events_of(row.account).filter(verb=JOINED, after__of__contains=row.pk):
                withdraw(TeamReport.objects.get(pk=made_of_it.after["report"]), by, why=why)
    return row


def newest_of(account: Account, *, on: date) -> TeamReport | None:
    """The team that counts on a day."""
    found = TeamReport.objects.filter(account=account, as_of__lte=on, withdrawn=None)
    return found.order_by("-as_of", "-id").first()


def _each_once(members: Iterable[Member]) -> list[Member]:
    """A person the export has twice is one: with all courses, and there when one line says so."""
    found: dict[str, Member] = {}
    for one in members:
        new = _tidy(one)
        if new.email or new.name:
            found[new.key] = _joined(found[new.key], new) if new.key in found else new
    return list(found.values())


def _tidy(one: Member) -> Member:
    return replace(
        one,
        name=" ".join(one.name.split())[:200],
        email=one.email.strip().casefold()[:254],
        country=" ".join(one.country.split())[:80],
        courses=tuple(dict.fromkeys(course.strip()[:120] for course in one.courses if course.strip()))[:MOST_COURSES],
    )


def _joined(one: Member, other: Member) -> Member:
    return Member(
        name=one.name or other.name,
        email=one.email,
        country=one.country or other.country,
        active=_either(one.active, other.active),
        admin=_either(one.admin, other.admin),
        courses=tuple(dict.fromkeys([*one.courses, *other.courses]))[:MOST_COURSES],
    )


def _either(one: bool | None, other: bool | None) -> bool | None:
    if one is None or other is None:
        return one if other is None else other
    return one or other


def _same(account: Account, people: list[Member], as_of: date) -> TeamReport | None:
    """The report that counts on that day, when it says the same of the same people."""
    newest = newest_of(account, on=as_of)
    if newest is None or newest.as_of != as_of or newest.people_count != len(people):
        return None
    return newest if {_said(one) for one in _kept(newest)} == {_said(one) for one in people} else None


def _said(one: Member) -> tuple[object, ...]:
    """What makes two lines the same, however they are written and sorted."""
    return one.key, names.of_person(one.name), one.country, one.active, one.admin, frozenset(one.courses)


def _kept(report: TeamReport) -> Iterator[Member]:
    for row in report.members.all():
        yield Member(row.name, row.email, row.country, row.active, row.admin, tuple(row.courses))


def _write(report: TeamReport, people: list[Member]) -> None:
    """In few statements: a hundred thousand people are neither rows in memory nor a minute of waiting."""
    with connection.cursor() as cursor:
        for start in range(0, len(people), BATCH):
            said = [vars(one) for one in people[start : start + BATCH]]
            cursor.execute(_INSERT, [report.pk, json.dumps(said)])
