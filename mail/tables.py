"""Which tables of a mail hold data, and which only hold the page together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from mail.markup import Token

LONG_CELL: Final = 300
BLANK: Final = re.compile(r"(?:&nbsp;|\s)+")


@dataclass(slots=True)
class Table:
    """Rows of cells, each with how much is written in it."""

    position: int
    rows: list[list[int]] = field(default_factory=list)
    nests: bool = False

    @property
    def is_data(self) -> bool:
        """Two rows and two columns at the least, mostly filled, with short cells and no table inside."""
        filled = [row for row in self.rows if sum(1 for size in row if size) > 1]
        longest = max((size for row in self.rows for size in row), default=0)
        return not self.nests and len(filled) > 1 and longest <= LONG_CELL


def of_data(row: Sequence[Token]) -> frozenset[int]:
    """The positions of the tables that are read as tables."""
    return frozenset(table.position for table in found_in(row) if table.is_data)


def found_in(row: Sequence[Token]) -> list[Table]:
    found: list[Table] = []
    around: list[Table] = []
    for position, token in enumerate(row):
        if token.kind == "text":
            count(around, len(BLANK.sub(" ", token.text).strip()))
        elif token.tag == "table":
            nest(found, around, token, position)
        elif token.kind == "open" and token.tag == "tr" and around:
            around[-1].rows.append([])
        elif token.kind == "open" and token.tag in {"td", "th"} and around and around[-1].rows:
            around[-1].rows[-1].append(0)
    return found


def nest(found: list[Table], around: list[Table], token: Token, position: int) -> None:
    if token.kind == "close":
        if around:
            around.pop()
        return
    if around:
        around[-1].nests = True
    around.append(Table(position))
    found.append(around[-1])


def count(around: list[Table], size: int) -> None:
    if size and around and around[-1].rows and around[-1].rows[-1]:
        around[-1].rows[-1][-1] += size
