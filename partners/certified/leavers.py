"""Certified people who are not there any more by the newest export of their team, and who still counts them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partners import facts, names, team_facts
from partners.courses import name_of, names_one_of
from partners.models import Account, TeamMember, TeamReport
from partners.trainings import on_dashboard

How = Literal["inactive", "gone", "salesforce"]
SALESFORCE: Final = "Salesforce"
DASHBOARD: Final = "dashboard"


@dataclass(kw_only=True)
class Leaver:
    """`how`: not active in the newest export, gone from it, or known to Salesforce only.

    `seen` is the day of the last export they were in; `counted_by` says where their courses still count.
    """

    account: Account
    name: str
    email: str
    how: How
    as_of: date  # of the newest export
    seen: date | None = None
    courses: list[str] = field(default_factory=list)
    counted_by: list[str] = field(default_factory=list)

    @property
    def passed(self) -> list[str]:
        return [name_of(one) for one in self.courses]

    @property
    def words(self) -> str:
        """What is known of them, in a sentence."""
        said = {"day": date_format(self.as_of, "j M Y"), "seen": date_format(self.seen, "j M Y") if self.seen else ""}
        if self.how == "inactive":
            return _("Not active in the export as of %(day)s.") % said
        if self.how == "gone":
            return _("Not in the export as of %(day)s any more; last in the one as of %(seen)s.") % said
        return _("Not active in the export as of %(day)s, and still a contact in Salesforce.") % said


Found = dict[tuple[int, str], Leaver]  # by account and by each name or address of the person


@dataclass(frozen=True)
class Newest:
    """The newest export of a team: everybody in it by address and by name, and those who are active."""

    report: TeamReport
    everybody: frozenset[str]
    active: frozenset[str]

    def leaver(self, name: str, email: str, how: How, courses: Iterable[str], seen: date | None = None) -> Leaver:
        return Leaver(
            account=self.report.account,
            name=name,
            email=email,
            how=how,
            as_of=self.report.as_of,
            seen=seen,
            courses=list(courses),
        )


def leavers(accounts: QuerySet[Account], *, on: date) -> list[Leaver]:
    """By partner and name; as many statements for a thousand partners as for one."""
    newest = _newest(accounts, on)
    if not newest:
        return []
    found: Found = {}
    for one in (*_inactive(newest), *_gone(newest, on)):
        _same_as(found, one)
    _look_into_salesforce(found, newest, on)
    people = list({id(one): one for one in found.values()}.values())
    _look_at_the_dashboard(people, on)
    return sorted(people, key=lambda one: (one.account.name.casefold(), one.account.pk, one.name.casefold()))


def _same_as(found: Found, one: Leaver) -> Leaver:
    """Who is there already under the address or the name; else `one`, from now on."""
    keys = [(one.account.pk, key) for key in _keys(one.name, one.email)]
    there = next((found[key] for key in keys if key in found), one)
    found |= {key: there for key in keys if key not in found}
    return there


def _newest(accounts: QuerySet[Account], on: date) -> dict[int, Newest]:
    """By account; two statements."""
    counted = team_facts.newest(on).filter(account__in=accounts.order_by().values("pk"))
    reports = {one.pk: one for one in counted.select_related("account__channel_manager__user")}
    keys: dict[int, dict[bool, set[str]]] = defaultdict(lambda: {True: set(), False: set()})
    rows = TeamMember.objects.filter(report__in=reports).values_list("report", "name", "email", "active")
    for report, name, email, active in rows:
        keys[report][active is not False] |= _keys(name, email)
    return {
        one.account_id: Newest(one, frozenset(keys[pk][True] | keys[pk][False]), frozenset(keys[pk][True]))
        for pk, one in reports.items()
    }


def _keys(name: str, email: str) -> set[str]:
    """Whoever has got another address is still known by the name, however it is written."""
    return {key for key in (email.casefold(), names.of_person(name)) if key}


def _inactive(newest: Mapping[int, Newest]) -> Iterator[Leaver]:
    reports = [one.report.pk for one in newest.values()]
    rows = TeamMember.objects.filter(report__in=reports, active=False).exclude(courses=[])
    for account, name, email, courses in rows.values_list("report__account", "name", "email", "courses"):
        if _keys(name, email) & newest[account].active:
            continue  # there, with another address
        yield newest[account].leaver(name, email, "inactive", courses, newest[account].report.as_of)


def _gone(newest: Mapping[int, Newest], on: date) -> Iterator[Leaver]:
    """Of each person the last export they were in stands first; whose address is in the newest is not even read."""
    counting = Q(report__as_of__lte=on, report__withdrawn=None, report__account__in=newest)
    reports = [one.report.pk for one in newest.values()]
    there = TeamMember.objects.filter(report__in=reports).exclude(email="")
    there = there.filter(report__account=OuterRef("report__account"), email=OuterRef("email"))
    rows = TeamMember.objects.filter(counting, ~Q(active=False), ~Exists(there)).exclude(courses=[])
    rows = rows.exclude(report__in=reports)
    told = rows.order_by("-report__as_of", "-report", "pk").values_list(
        "report__account", "name", "email", "courses", "report__as_of"
    )
    for account, name, email, courses, seen in told:
        if not _keys(name, email) & newest[account].everybody:
            yield newest[account].leaver(name, email, "gone", courses, seen)


def _look_into_salesforce(found: Found, newest: Mapping[int, Newest], on: date) -> None:
    """Whom Salesforce counts and the newest export does not show as active."""
    held = facts.held(on).filter(account__in=newest).exclude(contact=None).order_by("title", "pk")
    for account, name, email, title in held.values_list("account", "contact__name", "contact__email", "title"):
        if _keys(name, email) & newest[account].active:
            continue
        one = _same_as(found, newest[account].leaver(name, email.casefold(), "salesforce", []))
        if one.how == "salesforce" and title not in one.courses:
            one.courses.append(title)
        if SALESFORCE not in one.counted_by:
            one.counted_by.append(SALESFORCE)


def _look_at_the_dashboard(found: list[Leaver], on: date) -> None:
    """It counts more people for a course than are there by the export: these may be among them."""
    known = facts.about([one.account for one in found], on=on)
    for one in found:
        team = known.teams[one.account.pk]
        for row in known.opens:
            shown = on_dashboard(one.account, row, known)
            here = any(names_one_of(course, row.values) for course in one.courses)
            if here and shown is not None and shown > len(team_facts.count(row, one.account, team).sure):
                one.counted_by.append(DASHBOARD)
                break
