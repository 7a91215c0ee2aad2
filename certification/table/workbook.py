"""The tabs of an .xlsx, each cell as somebody reads it there: leading zeros of a format, days, TRUE."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext as _

from certification.table.opening import Sheet
from documents.tables import Cells, workbook
from documents.tables.cells import MAX_COLUMNS

CHUNK: Final = 1024 * 1024
LONGEST_MARK: Final = 200
MOST_NAMED: Final = 5
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z0-9:]{1,30})"')
_ZEROS: Final = re.compile(r'(?:"?(\+)"?|\\(\+))?(0+)')


class Number(str):
    """A cell that holds a number: what was typed in front of it is lost."""

    __slots__ = ()


def sheets(content: bytes) -> Iterator[Sheet]:
    book = workbook.opened(content)
    for tab in book.worksheets[: workbook.MOST_TABS]:
        tab.reset_dimensions()  # programs write a wrong one, and rows beyond it would be lost
        yield Sheet(title=tab.title, rows=_rows(tab), notes=partial(_notes, tab))


def _rows(tab: Any) -> Iterator[tuple[int, Cells]]:
    blank = 0
    for number, row in enumerate(tab.iter_rows(max_col=MAX_COLUMNS), start=1):
        cells = [_said(cell) for cell in row]
        blank = 0 if any(cells) else blank + 1
        if blank > workbook.BLANK_RUN:
            return
        if not blank:
            yield number, cells


def _said(cell: Any) -> str:
    value = cell.value
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    return _moment(value)


def _number(value: float, shown: str) -> str:
    """With the zeros and the + of its format, when that has nothing else."""
    plain = str(int(value)) if float(value).is_integer() else repr(value)
    zeros = _ZEROS.fullmatch(shown or "")
    if not zeros or not plain.isdigit():
        return Number(plain)
    return ("+" if zeros[1] or zeros[2] else "") + plain.rjust(len(zeros[3]), "0")


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _notes(tab: Any, headings: int) -> list[str]:
    notes = []
    if lost := workbook.uncomputed(tab):
        words = _("The result of a formula is not in the file: %(cells)s. Open it in Excel, save it and upload that.")
        notes.append(words % {"cells": _few(lost)})
    if merged := [cells for cells in _merged(tab) if _first_row(cells) >= headings]:
        words = _("Cells are merged: %(cells)s. Only the first of them holds what they show.")
        notes.append(words % {"cells": _few(merged)})
    return notes


def _merged(tab: Any) -> list[str]:
    """They stand behind all rows; a mark may lie on the border of two pieces."""
    found: dict[str, None] = {}
    with tab._get_source() as source:  # noqa: SLF001 - the library reads its rows from there and has no other door
        last = b""
        for piece in iter(lambda: source.read(CHUNK), b""):
            found.update(dict.fromkeys(place.decode() for place in _MERGED.findall(last + piece)))
            last = piece[-LONGEST_MARK:]
    return list(found)


def _first_row(cells: str) -> int:
    return int("".join(filter(str.isdigit, cells.partition(":")[0])) or 0)


def _few(cells: list[str]) -> str:
    more = len(cells) - MOST_NAMED
    return ", ".join(cells[:MOST_NAMED]) + (_(" and %(count)d more") % {"count": more} if more > 0 else "")
