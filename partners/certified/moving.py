"""Partners that meet a gate now and did not on a day gone by, and the other way round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from partners import facts, gates, team_facts
from partners.certified import past
from partners.models import Account, Certification, DashboardReport, DashboardRow, Gate, TeamReport
from partners.standing import Standing, judge, state
from partners.verdicts import Verdict


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A partner that changed side, with what shows it now."""

    account: Account
    before: Verdict
    now: Standing

    @property
    def words(self) -> tuple[str, ...]:
        reasons = tuple(one.words for one in self.now.reasons)
        return (*(reasons or (one.evidence for one in self.now.met)), *self.now.differs)


@dataclass(kw_only=True)
class Moves:
    """`since` is the day compared with: the one asked for, or the first that has a dashboard."""

    since: date
    gained: list[Moved] = field(default_factory=list)
    lost: list[Moved] = field(default_factory=list)


def moves(accounts: QuerySet[Account], gate: str, *, since: date, on: date) -> Moves:
    """Each partner that something changed about is judged on both days, by what held on each."""
    found = Moves(since=_first_that_tells(since, on))
    then_rows, rows = (list(gates.valid_on(day).filter(gate=gate)) for day in (found.since, on))
    fields = past.changed_since(found.since)
    if [row.pk for row in then_rows] == [row.pk for row in rows]:
        touched = _touched(found.since, on) | Q(pk__in=fields)
        if any(row.check_kind == Gate.Check.CERTIFICATIONS for row in rows):
            touched |= _passed(found.since, on)
        accounts = accounts.filter(touched)
    partners = list(accounts)
    then, now = facts.about(partners, on=found.since), facts.about(partners, on=on)
    for account in partners:
        before = state(past.as_it_was(account, fields.get(account.pk, {})), then_rows, then)
        after = state(account, rows, now)
        if (before == "met") != (after == "met"):
            side = found.gained if after == "met" else found.lost
            side.append(Moved(account=account, before=before, now=judge(account, rows, now)))
    found.lost.sort(key=lambda one: one.now.state == "unknown")  # what is surely lost first, each by name
    return found


def _first_that_tells(since: date, on: date) -> date:
    """Before the first dashboard nobody stood anywhere: the comparison begins with it."""
    if facts.dashboard_on(since) is not None:
        return since
    first = DashboardReport.objects.filter(withdrawn=None, as_of__lte=on).order_by("as_of").first()
    return max(since, first.as_of) if first else since


def _touched(since: date, on: date) -> Q:
    """Everybody something was learned about between the two days: no other can have changed side."""
    lines = _lines_that_differ(facts.dashboard_on(since), facts.dashboard_on(on))
    return Q(pk__in=lines) | _between("signed_contract_date", {"gt": since, "lte": on})


def _passed(since: date, on: date) -> Q:
    """And for a gate that counts people itself, where column G does not say it."""
    days = {"gt": since, "lte": on}
    passes = Certification.objects.filter(_between("passed", days) | _between("expires", days))
    too_old = {sign: day - team_facts.LASTS for sign, day in {"gte": since, "lt": on}.items()}
    teams = TeamReport.objects.filter(_between("as_of", days) | _between("as_of", too_old), withdrawn=None)
    return Q(pk__in=passes.values("account")) | Q(pk__in=teams.values("account"))


def _between(name: str, days: dict[str, date]) -> Q:
    return Q(**{f"{name}__{sign}": day for sign, day in days.items()})


def _lines_that_differ(one: DashboardReport | None, other: DashboardReport | None) -> Sequence[int]:
    """Partners whose line says something else on the other dashboard, or stands on one of them only; one statement."""
    if one == other:
        return []
    lines = [
        DashboardRow.objects.filter(report=report, account__isnull=False)
        .order_by()
        .values_list("account", "open_reqs_met", "counts")
        for report in (one, other)
    ]
    apart = lines[0].difference(lines[1]).union(lines[1].difference(lines[0]))
    return list({account for account, _met, _counts in apart})
