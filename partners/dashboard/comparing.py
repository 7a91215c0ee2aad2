"""What an uploaded dashboard would change: against the one that counts now, partner by partner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from partners import names
from partners.dashboard.linking import Known
from partners.dashboard.sheets import Line
from partners.models import DashboardReport

Key = int | str
Counts = Mapping[str, Any]


@dataclass(frozen=True)
class State:
    """A partner on one dashboard, all its lines together; lines that differ say neither Yes nor No."""

    name: str
    met: bool | None
    counts: Counts
    lines: int = 1

    def joined(self, other: State) -> State:
        met = self.met if self.met == other.met else None
        return State(self.name, met, self.counts, self.lines + other.lines)


@dataclass(frozen=True)
class Change:
    """A partner before and after; `moved` are the numbers that changed: head, before, after."""

    name: str
    account: int | None
    before: bool | None
    after: bool | None
    moved: tuple[tuple[str, Any, Any], ...] = ()


@dataclass(kw_only=True)
class Comparison:
    """The differences by kind, each in the order of the names."""

    gained: list[Change] = field(default_factory=list)
    lost: list[Change] = field(default_factory=list)
    new: list[Change] = field(default_factory=list)
    gone: list[Change] = field(default_factory=list)
    other: list[Change] = field(default_factory=list)
    unmatched: list[Line] = field(default_factory=list)
    doubles: list[State] = field(default_factory=list)
    unclear: list[Line] = field(default_factory=list)
    same: int = 0


def compare(lines: Iterable[Line], partners: Known, *, before: DashboardReport | None) -> Comparison:
    """`before` is the dashboard that counts now; without one every partner is new."""
    lines = list(lines)
    linked = [(line, partners.account_of(line.name, line.salesforce_id)) for line in lines]
    now = _states((pk, State(line.name, line.met, counts_of(line))) for line, pk in linked)
    found = _differences(_before(before), now)
    found.unmatched = [line for line, pk in linked if pk is None]
    found.doubles = [state for state in now.values() if state.lines > 1]
    found.unclear = [line for line in lines if line.said and line.met is None]
    return found


def counts_of(line: Line) -> dict[str, int | str]:
    """Whole numbers as numbers, so that they can be counted with; the rest as it is written."""
    return {name: int(value) if _is_count(value) else value for name, value in line.counts.items()}


def _is_count(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 10


def _before(report: DashboardReport | None) -> dict[Key, State]:
    if report is None:
        return {}
    rows = report.rows.values_list("account_id", "partner_name", "open_reqs_met", "counts")
    return _states((pk, State(name, met, counts)) for pk, name, met, counts in rows)


def _states(found: Iterable[tuple[int | None, State]]) -> dict[Key, State]:
    """By the partner, or by the name where nobody knows whose it is."""
    states: dict[Key, State] = {}
    for pk, state in found:
        key: Key = pk or names.normalised(state.name) or state.name
        states[key] = states[key].joined(state) if key in states else state
    return states


def _differences(before: Mapping[Key, State], after: Mapping[Key, State]) -> Comparison:
    found = Comparison()
    for key, now in sorted(after.items(), key=lambda pair: pair[1].name.casefold()):
        was = before.get(key)
        change = _change(key, was, now)
        if was is None:
            found.new.append(change)
        elif now.met is not was.met:
            kind = found.gained if now.met else found.lost if was.met else found.other
            kind.append(change)
        elif change.moved:
            found.other.append(change)
        else:
            found.same += 1
    gone = ((key, state) for key, state in before.items() if key not in after)
    found.gone = [_change(key, state, None) for key, state in sorted(gone, key=lambda pair: pair[1].name.casefold())]
    return found


def _change(key: Key, was: State | None, now: State | None) -> Change:
    name = (now or was or State("", None, {})).name
    moved = tuple(
        (head, was.counts[head], value)
        for head, value in (now.counts.items() if now and was else ())
        if was and head in was.counts and was.counts[head] != value
    )
    account = key if isinstance(key, int) else None
    return Change(name, account, was.met if was else None, now.met if now else None, moved)
