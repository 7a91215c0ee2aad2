"""Partners that one more certificate would let through a gate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from partners import facts, gates
from partners.checking import OPEN_REQS, check
from partners.facts import Facts
from partners.models import Account, DashboardRow, Gate
from partners.trainings import there


@dataclass(frozen=True, kw_only=True)
class Short:
    """One course somebody would have to pass: who has it so far, how many it takes, where it is passed."""

    account: Account
    course: str
    there: int
    needed: int
    how: str
    link: str


def one_short(accounts: QuerySet[Account], gate: str, *, on: date) -> list[Short]:
    """Those for whom everything else is met and one certificate of one course is missing."""
    valid = list(gates.valid_on(on).filter(gate__in=[gate, facts.OPEN], advisory=False))
    rows = [row for row in valid if row.gate == gate]
    opens = [row for row in valid if row.gate == facts.OPEN and row.check_kind == Gate.Check.CERTIFICATIONS]
    if not any(row.check_kind in _COUNTING for row in rows):
        return []
    partners = list(_not_surely_met(_standing_well(accounts, rows, on), rows, on))
    known = facts.about(partners, on=on)
    found = ((account, _missing(account, rows, opens, known) or []) for account in partners)
    return [_short(account, *missing[0]) for account, missing in found if _is_one(missing)]


_COUNTING = frozenset({Gate.Check.OPEN_REQS, Gate.Check.CERTIFICATIONS})
_COLUMNS = {Gate.Check.STATUS: "partner_status", Gate.Check.TRACK: "track", Gate.Check.TYPE: "partner_type"}
Missing = list[tuple[Gate, int]]


def _standing_well(accounts: QuerySet[Account], rows: Iterable[Gate], on: date) -> QuerySet[Account]:
    """Without those that miss something no training mends: each value that occurs is judged once, by the check."""
    for row in rows:
        if column := _COLUMNS.get(Gate.Check(row.check_kind)):
            occurring = Account.objects.order_by().values_list(column, flat=True).distinct()
            known = Facts(on=on)
            good = [value for value in occurring if check(row, Account(**{column: value}), known).verdict == "met"]
            accounts = accounts.filter(**{f"{column}__in": good})
    return accounts


def _not_surely_met(accounts: QuerySet[Account], rows: Iterable[Gate], on: date) -> QuerySet[Account]:
    """Without those whose Yes on the dashboard is enough for all that counts people."""
    if not all(row.check_kind != Gate.Check.CERTIFICATIONS or OPEN_REQS in row.values for row in rows):
        return accounts
    yes = DashboardRow.objects.filter(report=facts.dashboard_on(on), open_reqs_met=True, account__isnull=False)
    return accounts.exclude(pk__in=yes.values("account"))


def _missing(account: Account, rows: Iterable[Gate], opens: Sequence[Gate], known: Facts) -> Missing | None:
    """By course how many people have it where it takes more; None where nobody can tell, or more is missing."""
    found: Missing = []
    for row in rows:
        verdict = check(row, account, known).verdict
        if verdict == "met":
            continue
        if verdict == "unknown" or row.check_kind not in _COUNTING:
            return None
        for need in [row] if row.check_kind == Gate.Check.CERTIFICATIONS else opens:
            people = there(account, need, known)
            if people is None:
                return None
            if people < need.at_least and not any(need.values == other.values for other, _people in found):
                found.append((need, people))
    return found


def _is_one(missing: Missing) -> bool:
    return sum(row.at_least - people for row, people in missing) == 1


def _short(account: Account, row: Gate, people: int) -> Short:
    return Short(account=account, course=row.values[0], there=people, needed=row.at_least, how=row.how, link=row.link)
