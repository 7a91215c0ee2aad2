"""The tabs of an .xlsx, each cell as somebody reads it there: leading zeros of a format, days, TRUE."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import lru_cache, partial
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, iterparse
from zipfile import BadZipFile

from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel

from certification.table import package
from certification.table.opening import Sheet
from certification.table.package import Tab
from documents.tables import Cells, Unfit, workbook
from documents.tables.cells import MAX_COLUMNS

MOST_LOST: Final = 1000
MOST_NUMBERED: Final = 2_000_000
MOST_NAMED: Final = 5
_ZEROS: Final = re.compile(r'(?:"?(\+)"?|\\(\+))?(0+)')


class Number(str):
    """A cell that holds a number: what was typed in front of it is lost."""

    __slots__ = ()


def sheets(content: bytes) -> Iterator[Sheet]:
    for tab in workbook.opened(content, load=package.load)[: workbook.MOST_TABS]:
        reader = Reader(tab)
        yield Sheet(title=tab.title, rows=_rows(tab, reader), notes=partial(_notes, reader))


def _rows(tab: Tab, reader: Reader) -> Iterator[tuple[int, Cells]]:
    """Read here and not by the library: three times as quick, and no wrong dimension hides a row."""
    try:
        yield from _filled(tab, reader)
    except MemoryError:
        raise
    except (ParseError, BadZipFile, zlib.error, ValueError, LookupError, OverflowError, EOFError) as problem:
        raise Unfit(_("This workbook is damaged. Open it in Excel, save it again and upload that.")) from problem


def _filled(tab: Tab, reader: Reader) -> Iterator[tuple[int, Cells]]:
    number = blank = 0
    with tab.open() as source:
        for _event, element in iterparse(source):  # noqa: S314 - as above
            if element.tag.endswith("}row"):
                number = min(int(element.get("r") or number + 1), MOST_NUMBERED)
                cells = reader.cells(element)
                blank = 0 if any(cells) else blank + 1
                if blank > workbook.BLANK_RUN:
                    return
                element.clear()
                if not blank:
                    yield number, cells
            elif element.tag.endswith("}mergeCell"):
                reader.merged.append(element.get("ref") or "")


class Reader:
    """Cells of one tab as texts: its shared texts, which of its formats are days, how its numbers are shown."""

    def __init__(self, tab: Tab) -> None:
        book = tab.book
        self.texts, self.epoch = tab.texts, book.epoch
        self.merged: list[str] = []
        self.lost: list[str] = []  # cells whose formula has no result in the file
        self.days, self.spans = book._date_formats, book._timedelta_formats  # noqa: SLF001 - the library has no other door
        self.shown = [_shown(book, style.numFmtId) for style in book._cell_styles]  # noqa: SLF001

    def cells(self, row: Element) -> Cells:
        found: Cells = []
        for cell in row:
            at = _column(cell.get("r") or "") or len(found) + 1
            if at > MAX_COLUMNS:
                break
            if at > len(found) + 1:
                found.extend([""] * (at - len(found) - 1))
            found.append(self.said(cell))
        return found

    def said(self, cell: Element) -> str:
        kind = cell.get("t") or "n"
        if kind == "inlineStr":
            return _inline(cell)
        last = cell[-1] if len(cell) else None
        if last is not None and not last.tag.endswith("}v"):
            last = next((part for part in cell if part.tag.endswith("}v")), None)
        value = last.text if last is not None else None
        if not value:
            self._look_for_formula(cell, kind)
            return ""
        if kind == "s":
            return str(self.texts[int(value)])
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        return self._number(value, int(cell.get("s") or 0)) if kind == "n" else value

    def _look_for_formula(self, cell: Element, kind: str) -> None:
        """Of a text that was computed to nothing, nothing is lost."""
        if kind != "str" and any(part.tag.endswith("}f") for part in cell) and len(self.lost) < MOST_LOST:
            self.lost.append(cell.get("r") or "?")

    def _number(self, value: str, style: int) -> str:
        number = float(value)
        if style in self.days:
            return _moment(from_excel(number, self.epoch, timedelta=style in self.spans))
        plain = str(int(number)) if number.is_integer() else repr(number)
        zeros = _ZEROS.fullmatch(self.shown[style] if style < len(self.shown) else "")
        if not zeros or not plain.isdigit():
            return Number(plain)
        return ("+" if zeros[1] or zeros[2] else "") + plain.rjust(len(zeros[3]), "0")


def _shown(book: Any, number: int) -> str:
    """The format of that number: Excel's own, or one of the book."""
    own, at = book._number_formats, number - BUILTIN_FORMATS_MAX_SIZE  # noqa: SLF001 - as above
    return str(own[at]) if 0 <= at < len(own) else BUILTIN_FORMATS.get(number, "")


@lru_cache(maxsize=MAX_COLUMNS)
def _letters(letters: str) -> int:
    return int(column_index_from_string(letters))


def _column(place: str) -> int:
    """2 for “B7”."""
    return _letters(place.rstrip("0123456789")) if place else 0


def _inline(cell: Element) -> str:
    """Also of a text in several colours; not how a Japanese name is spoken."""
    if len(cell) and len(cell[0]) == 1 and cell[0][0].tag.endswith("}t"):
        return cell[0][0].text or ""
    found = []
    for part in (piece for whole in cell for piece in whole):
        if part.tag.endswith("}t"):
            found.append(part.text or "")
        elif part.tag.endswith("}r"):
            found.extend(piece.text or "" for piece in part if piece.tag.endswith("}t"))
    return "".join(found)


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _notes(reader: Reader, headings: int) -> list[str]:
    notes = []
    if lost := reader.lost:
        words = _("The result of a formula is not in the file: %(cells)s. Open it in Excel, save it and upload that.")
        notes.append(words % {"cells": _few(lost)})
    if merged := [cells for cells in reader.merged if _first_row(cells) >= headings]:
        words = _("Cells are merged: %(cells)s. Only the first of them holds what they show.")
        notes.append(words % {"cells": _few(merged)})
    return notes


def _first_row(cells: str) -> int:
    return int("".join(filter(str.isdigit, cells.partition(":")[0])) or 0)


def _few(cells: list[str]) -> str:
    more = len(cells) - MOST_NAMED
    return ", ".join(cells[:MOST_NAMED]) + (_(" and %(count)d more") % {"count": more} if more > 0 else "")
