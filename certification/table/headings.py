"""Which line holds the headings, and where each column of the table stands in the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from certification.table.columns import Column, columns, key

LOOKED_AT: Final = 40  # in which of the first lines the headings may stand
FEWEST: Final = 3  # of the columns, or it is no line of headings
LONGEST: Final = 60
_ACCOUNT: Final = frozenset({"accountname", "account", "company", "companyname", "partner", "partnername"})


@dataclass(frozen=True, kw_only=True)
class Headings:
    """`places` are the cells of the table's columns; `doubles` are (column, other cell with the same heading)."""

    row: int  # among the lines looked at
    places: tuple[int, ...] = ()
    doubles: tuple[tuple[int, int], ...] = ()
    unknown: tuple[str, ...] = ()
    account: int | None = None  # a further column that says whose people they are
    missing: tuple[Column, ...] = ()
    width: int = 0
    keys: tuple[frozenset[str], ...] = ()  # how the first headings may be spelled

    @property
    def found(self) -> int:
        return len(columns()) - len(self.missing)


def find(rows: Iterable[Sequence[str]]) -> Headings | None:
    """The line that has the most of them; the first of several."""
    best: Headings | None = None
    for at, cells in enumerate(rows):
        one = _of(at, cells)
        if one.found >= FEWEST and (best is None or one.found > best.found):
            best = one
    return best


def is_again(cells: Sequence[str], headings: Headings) -> bool:
    """The headings once more in any spelling, as where two exports were put under each other."""
    places = headings.places[:FEWEST]
    if len(cells) <= max(places) or any("@" in cells[place] for place in places):
        return False  # most people end here: no heading has an address in it
    return all(key(cells[place]) in head for place, head in zip(places, headings.keys, strict=True))


def _of(at: int, cells: Sequence[str]) -> Headings:
    keys = [key(cell) for cell in cells]
    places = [[place for place, one in enumerate(keys) if one in column.keys] for column in columns()]
    exact = [_exact_first(found, keys, column) for found, column in zip(places, columns(), strict=True)]
    known = {place for found in exact for place in found}
    rest = [place for place, cell in enumerate(cells) if place not in known and cell.strip()]
    there = tuple(found[0] for found in exact if found)
    return Headings(
        row=at,
        places=there,
        keys=tuple(column.keys for column, found in zip(columns(), exact, strict=True) if found)[:FEWEST],
        doubles=tuple((number, place) for number, found in enumerate(exact) for place in found[1:]),
        unknown=tuple(" ".join(cells[place].split())[:LONGEST] for place in rest),
        account=next((place for place in rest if keys[place] in _ACCOUNT), None),
        missing=tuple(column for column, found in zip(columns(), exact, strict=True) if not found),
        width=max((place + 1 for place, cell in enumerate(cells) if cell.strip()), default=0),
    )


def _exact_first(found: list[int], keys: Sequence[str], column: Column) -> list[int]:
    """Beside “Mailing City”, a “City” is another column; only two of one spelling are the same one twice."""
    own = {key(column.field), key(column.title)}
    exact = [place for place in found if keys[place] in own]
    return exact or found
