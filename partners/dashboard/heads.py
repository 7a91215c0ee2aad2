"""Where the head of the table is and which column says what, whatever stands above it or is merged in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from documents.tables.cells import MAX_COLUMNS, Cells, Unfit, folded

LOOKED_AT: Final = 60
MET: Final = frozenset({"open reqs met", "open req met", "open requirements met", "open reqs", "openreqsmet"})
PARTNER: Final = (
    *("partner name", "partner account", "partner account name", "partner organization", "partner organisation"),
    *("partner", "account name", "account", "company name", "company", "organization", "organisation", "firma", "name"),
    *("partnername", "パートナー", "パートナー名", "会社名"),
)
IDS: Final = frozenset(
    {
        *("account id", "account id 18", "account id18", "accountid", "account 18 id", "18 digit account id"),
        *("salesforce id", "salesforce account id", "sfdc id", "sfdc account id", "account id 18 digit"),
    }
)


@dataclass(frozen=True)
class Head:
    """`first` is the place (in what was looked at) of the first line below it."""

    columns: list[str]
    first: int
    partner: int
    met: int
    salesforce_id: int | None

    @property
    def others(self) -> list[tuple[int, str]]:
        taken = {self.partner, self.met, self.salesforce_id}
        return [(at, name) for at, name in enumerate(self.columns) if name and at not in taken]


def find(rows: Sequence[Cells]) -> Head | None:
    """The head among the first rows: the row that has “Open Reqs Met?” in it, with a row above or below merged in."""
    for at, row in enumerate(rows[:LOOKED_AT]):
        met = next((place for place, cell in enumerate(row) if folded(cell) in MET), None)
        if met is not None:
            return _head(rows, at, met)
    return None


def _head(rows: Sequence[Cells], at: int, met: int) -> Head:
    row = rows[at]
    above = rows[at - 1] if at and _belongs(rows[at - 1], row) else []
    below = rows[at + 1] if at + 1 < len(rows) and _is_second(rows[at + 1], row, met) else []
    columns = _named(_merged(above, row, below))
    names = [folded(name) for name in columns]
    partner = next((names.index(known) for known in PARTNER if known in names), None)
    if partner is None or partner == met:
        partner = next((place for place, name in enumerate(names[:met]) if name), None)
    if partner is None:
        raise Unfit(_("No column names the partner. Its head is “Partner” or “Account Name”."))
    ids = next((place for place, name in enumerate(names) if name in IDS), None)
    return Head(columns, at + (2 if below else 1), partner, met, ids)


def _is_second(below: Cells, row: Cells, met: int) -> bool:
    """The lower half of a head: nothing below what is merged downwards, names below what is merged across."""
    partner = next((place for place, cell in enumerate(row) if folded(cell) in PARTNER), 0)
    said = [place for place, cell in enumerate(below) if cell]
    free = any(not _at(row, place) for place in said)  # merged across: only the first cell holds its name
    return free and not {met, partner} & set(said) and not any(below[at].isdecimal() for at in said)


def _belongs(above: Cells, row: Cells) -> bool:
    """The upper half: names where this row has none, so “Partner” merged down over two rows."""
    return any(folded(cell) in PARTNER and not _at(row, place) for place, cell in enumerate(above))


def _merged(above: Cells, row: Cells, below: Cells) -> list[str]:
    """The lowest name of each column; its group goes in front where the name alone stands twice."""
    width = max(map(len, (above, row, below)))
    lowest = [_at(below, at) or _at(row, at) or _at(above, at) for at in range(width)]
    groups = _across(row if below else above, width)
    twice = {folded(name) for name in lowest if name and [folded(one) for one in lowest].count(folded(name)) > 1}
    return [
        f"{groups[at]}: {name}" if folded(name) in twice and groups[at] and groups[at] != name else name
        for at, name in enumerate(lowest)
    ]


def _across(row: Cells, width: int) -> list[str]:
    """What is merged across: its name stands in the first cell only."""
    found, last = [], ""
    for at in range(width):
        last = _at(row, at) or last
        found.append(last)
    return found


def _named(columns: list[str]) -> list[str]:
    """Every name once: “Sales Core”, “Sales Core (2)”."""
    seen: dict[str, int] = {}
    found = []
    for name in columns[:MAX_COLUMNS]:
        seen[name] = seen.get(name, 0) + 1
        found.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return found


def _at(row: Cells, place: int) -> str:
    return row[place] if place < len(row) else ""
