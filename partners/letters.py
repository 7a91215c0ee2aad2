"""Which partners stand how at the gate of letters, as a condition for the database: the same answer as `standing`.

Status, track, type, agreement and dashboard can be asked for all partners at once. Where somebody has made numbers of
certifications a requirement of letters, only `standing` can tell, and the list offers no such filter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import reduce
from operator import and_, or_

from django.db.models import Q
from django.utils import timezone

from partners import checking, facts, gates
from partners.facts import Facts
from partners.models import Account, DashboardRow, Gate

GATE = "loa"
MET, MISSING, UNKNOWN = "met", "missing", "unknown"
_COLUMNS = {Gate.Check.STATUS: "partner_status", Gate.Check.TRACK: "track", Gate.Check.TYPE: "partner_type"}
_NOBODY = Q(pk__in=[])
Sides = tuple[Q, Q]  # surely met, surely missing


def can_tell(on: date | None = None) -> bool:
    """Every requirement of letters is one the database can be asked for."""
    rows = _rows(on or timezone.localdate())
    return bool(rows) and all(row.check_kind in _SIDES for row in rows)


def where(state: str, on: date | None = None) -> Q:
    """The partners whose standing for letters is `met`, `missing` or `unknown`; nobody for any other word."""
    day = on or timezone.localdate()
    rows = _rows(day)
    if state not in {MET, MISSING, UNKNOWN} or not all(row.check_kind in _SIDES for row in rows):
        return _NOBODY
    sides = [_SIDES[Gate.Check(row.check_kind)](row, day) for row in rows]
    met = reduce(and_, (one for one, _other in sides), Q(deleted=None, merged_into=None)) if sides else _NOBODY
    missing = reduce(or_, (other for _one, other in sides), _NOBODY)
    return {MET: met, MISSING: missing, UNKNOWN: ~met & ~missing}[state]


def _rows(on: date) -> list[Gate]:
    """What counts; a requirement that is only a hint stops nothing."""
    return list(gates.valid_on(on).filter(gate=GATE, advisory=False))


def _by_value(row: Gate, on: date) -> Sides:
    """Each value that occurs is judged once, by the check itself."""
    column = _COLUMNS[Gate.Check(row.check_kind)]
    occurring: Iterable[str] = Account.objects.order_by().values_list(column, flat=True).distinct()
    known = Facts(on=on)
    said = {value: checking.check(row, Account(**{column: value}), known).verdict for value in occurring}

    def holding(verdict: str) -> Q:
        return Q(**{f"{column}__in": [value for value, one in said.items() if one == verdict]})

    return holding(MET), holding(MISSING)


def _by_contract(_row: Gate, on: date) -> Sides:
    return Q(signed_contract_date__lte=on), Q(signed_contract_date__gt=on)


def _by_dashboard(_row: Gate, on: date) -> Sides:
    """All lines of the partner must say the same."""
    report = facts.dashboard_on(on)
    if report is None:
        return _NOBODY, _NOBODY
    lines = DashboardRow.objects.filter(report=report, account__isnull=False)
    yes = Q(pk__in=lines.filter(open_reqs_met=True).values("account"))
    no = Q(pk__in=lines.filter(open_reqs_met=False).values("account"))
    empty = Q(pk__in=lines.filter(open_reqs_met=None).values("account"))
    return yes & ~no & ~empty, no & ~yes & ~empty


_SIDES: dict[Gate.Check, Callable[[Gate, date], Sides]] = {
    Gate.Check.STATUS: _by_value,
    Gate.Check.TRACK: _by_value,
    Gate.Check.TYPE: _by_value,
    Gate.Check.CONTRACT: _by_contract,
    Gate.Check.OPEN_REQS: _by_dashboard,
}
