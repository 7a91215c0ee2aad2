"""A page as lines of cells with their places: a tab, a bar or three blanks part two cells."""

# ruff: noqa: RUF001 - the colon of other scripts is one too

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

_CELL: Final = re.compile(r"(?:(?!   )[^\t|])+")
_LABELLED: Final = re.compile(r"[^\W\d_][\w\-/. ]{1,40}[:：]")


class Cell(NamedTuple):
    text: str
    start: int  # in the text of the page
    end: int


class Line(NamedTuple):
    cells: tuple[Cell, ...]


@lru_cache(maxsize=64)
def of(text: str) -> tuple[Line, ...]:
    """The lines with something in them."""
    found, start = [], 0
    for line in text.split("\n"):
        cells = tuple(_cells(line, start))
        if cells:
            found.append(Line(cells))
        start += len(line) + 1
    return tuple(found)


def begins_with_label(text: str) -> bool:
    """“Customer: Havelland” says something else than what is looked for."""
    return _LABELLED.match(text.strip()) is not None


def _cells(line: str, start: int) -> list[Cell]:
    found = []
    for match in _CELL.finditer(line):
        bare = match[0].strip()
        if bare:
            begin = start + match.start() + match[0].index(bare)
            found.append(Cell(bare, begin, begin + len(bare)))
    return found
