"""The tabs of an .xlsx, values only; what is no plain workbook, or would grow out of all measure, is refused."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

import openpyxl
from django.utils.translation import gettext as _

from documents.tables.cells import MAX_COLUMNS, Cells, Tab, Unfit, folded, text_of

LARGEST: Final = 150 * 1024 * 1024  # unpacked
MOST_PARTS: Final = 2000
MOST_TABS: Final = 50
BLANK_RUN: Final = 2000
BOOK: Final = "xl/workbook.xml"
DECLARED_IN: Final = 4096
SCANNED: Final = 40 * 1024 * 1024
_NO_RESULT: Final = re.compile(rb"<c\b([^>]*)>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_PLACE: Final = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')
_EMPTY_TEXT: Final = b't="str"'  # computed, and nothing came of it


def tabs(content: bytes, *, first: str = "") -> Iterator[Tab]:
    """The tab named `first` at the front, where there is one; then the others in their order."""
    found = sorted(opened(content).worksheets[:MOST_TABS], key=lambda tab: folded(tab.title) != folded(first))
    yield from (Tab(tab.title, _rows(tab), partial(_uncomputed, tab)) for tab in found)


def opened(content: bytes, *, load: Callable[[io.BytesIO], Any] | None = None) -> Any:
    """The workbook, to be read row by row; `Unfit` where it is none, or harm."""
    _refuse(content)
    try:
        return (load or _load)(io.BytesIO(content))
    except MemoryError:
        raise
    except Exception as problem:  # the library raises whatever it trips over in a broken file
        raise Unfit(_("This workbook is damaged. Open it in Excel, save it again and upload that.")) from problem


def _load(file: io.BytesIO) -> Any:
    return openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)


def saved_on(content: bytes) -> date | None:
    """The day the workbook was last saved, as it says itself."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    return book.properties.modified.date() if book.properties.modified else None


def has_formulas(content: bytes, tab: str) -> bool:
    """Formulas in this tab (their results may be missing in the file)."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    rows = book[tab].iter_rows(max_row=500, max_col=MAX_COLUMNS, values_only=True)
    return any(isinstance(value, str) and value.startswith("=") for row in rows for value in row)


def _rows(tab: Any) -> Iterator[tuple[int, Cells]]:
    """Rows with something in them; a file formatted down to its last row ends where nothing has come for long."""
    blank = 0
    for number, row in enumerate(tab.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
        cells = _trimmed(row)
        blank = 0 if cells else blank + 1
        if blank > BLANK_RUN:
            return
        if not blank:
            yield number, cells


def _uncomputed(tab: Any) -> list[str]:
    """Of the first 40 MB of a tab."""
    with tab._get_source() as source:  # noqa: SLF001 - the library reads its rows from there and has no other door
        cells = [cell for cell in _NO_RESULT.findall(source.read(SCANNED)) if _EMPTY_TEXT not in cell]
    places = (_PLACE.search(cell) for cell in cells)
    return [place[1].decode() for place in places if place]


def _trimmed(row: Sequence[Any]) -> Cells:
    """Up to the last cell with something in it."""
    width = next((at for at in range(len(row), 0, -1) if row[at - 1] is not None), 0)
    cells = [text_of(value) for value in row[:width]]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _refuse(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            declares = len(parts) <= MOST_PARTS and any(_declares(archive, part) for part in parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError) as problem:
        raise Unfit(_("This workbook is damaged. Open it in Excel, save it again and upload that.")) from problem
    names = {part.filename.lower() for part in parts}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Unfit(_("This workbook holds macros. Save it as .xlsx (without macros) and upload that."))
    if BOOK not in names:
        raise Unfit(_("This is neither an Excel workbook (.xlsx) nor a CSV file."))
    if declares:
        raise Unfit(_("This workbook was not made by a spreadsheet program: it declares entities. Nothing was read."))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST:
        raise Unfit(_("This workbook is far larger unpacked than such a file is. Nothing was read."))


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """No spreadsheet program writes a document type; whoever does wants entities read from elsewhere, or endlessly."""
    if not part.filename.lower().endswith((".xml", ".rels")):
        return False
    with archive.open(part) as source:
        return b"<!DOCTYPE" in source.read(DECLARED_IN).replace(b"\0", b"").upper()
