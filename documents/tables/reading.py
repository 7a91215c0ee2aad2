"""A whole file as data that leaves the cage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from documents.tables import opening
from documents.tables.cells import Cells, Tab, Table, Unfit, folded

MOST_ROWS: Final = 100_000


@dataclass(frozen=True)
class Found:
    """The tables of a file, or in `refused` the sentence why there is none."""

    refused: str = ""
    tables: list[Table] = field(default_factory=list)


def read(content: bytes, name: str, tab: str) -> Found:
    """Every tab, or only the one named `tab` where there is one; a CSV is called like its file."""
    try:
        return Found(tables=list(_read(content, name, folded(tab))))
    except Unfit as unfit:
        return Found(refused=str(unfit))


def _read(content: bytes, name: str, wanted: str) -> Iterator[Table]:
    left = MOST_ROWS
    for tab in opening.tabs(content, first=wanted):
        rows = _rows(tab, left)
        left -= len(rows)
        yield Table(tab.title or name, rows, tab.uncomputed())
        if wanted and folded(tab.title) == wanted:
            return


def _rows(tab: Tab, left: int) -> list[tuple[int, Cells]]:
    rows: list[tuple[int, Cells]] = []
    for row in tab.rows:
        if len(rows) == left:
            raise Unfit(
                _("This file has more than %(most)d rows. Split it and upload the parts.") % {"most": MOST_ROWS}
            )
        rows.append(row)
    return rows
