"""Who would stand elsewhere if a gate's requirements were other ones: counted before anything is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final, TypeAlias

from partners import facts, gates
from partners.checking import check
from partners.facts import Facts
from partners.models import Account, Gate
from partners.verdicts import Verdict, worst

BATCH: Final = 2000
SHOWN: Final = 20
Verdicts: TypeAlias = dict[int, Verdict]
STATES: Final = ("met", "missing", "unknown")


@dataclass(frozen=True)
class Move:
    account: Account
    before: str
    after: str


@dataclass(kw_only=True)
class Effects:
    """How many partners are where, before and after; the first ones that move."""

    on: date
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    moves: list[Move] = field(default_factory=list)
    moved: int = 0

    @property
    def table(self) -> list[tuple[str, int, int]]:
        return [(state, self.before[state], self.after[state]) for state in STATES]

    @property
    def more(self) -> int:
        return self.moved - len(self.moves)


def of_change(gate: str, *, on: date, without: Gate | None = None, added: Gate | None = None) -> Effects:
    """What changes on that day for every living partner when a row goes and another one comes."""
    now = list(gates.valid_on(on).filter(gate=gate))
    then = [row for row in now if without is None or row.pk != without.pk] + ([added] if added else [])
    found = Effects(on=on)
    for partners in _living():
        known = facts.about(partners, on=on)
        for account in partners:
            verdicts: Verdicts = {}
            before, after = _state(now, account, known, verdicts), _state(then, account, known, verdicts)
            found.before[before] += 1
            found.after[after] += 1
            if before != after:
                found.moved += 1
                if len(found.moves) < SHOWN:
                    found.moves.append(Move(account, before, after))
    return found


def _state(rows: list[Gate], account: Account, known: Facts, verdicts: Verdicts) -> Verdict:
    """Each row is checked once, whether it stands before, after or both."""
    for row in rows:
        if not row.advisory and id(row) not in verdicts:
            verdicts[id(row)] = check(row, account, known).verdict
    return worst(verdicts[id(row)] for row in rows if not row.advisory) if rows else "unknown"


def _living() -> Iterator[list[Account]]:
    rows = Account.objects.filter(deleted=None, merged_into=None).order_by("name", "pk")
    found = rows.iterator(chunk_size=BATCH)
    while batch := list(islice(found, BATCH)):
        yield batch
