"""The tabs of an .xlsx, values only; what is no plain workbook, or would grow out of all measure, is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import openpyxl
from django.utils.translation import gettext as _

from partners.dashboard.sheets import MAX_COLUMNS, Cells, Table, Unfit, folded, text_of

LARGEST: Final = 150 * 1024 * 1024  # unpacked
MOST_PARTS: Final = 2000
MOST_TABS: Final = 50
BLANK_RUN: Final = 2000
TAB: Final = "certifications by partner"
BOOK: Final = "xl/workbook.xml"


def tables(content: bytes) -> Iterator[Table]:
    """The tab “Certifications by Partner” first, where there is one; then the others in their order."""
    _refuse(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except MemoryError:
        raise
    except Exception as problem:  # the library raises whatever it trips over in a broken file
        raise Unfit(_("This workbook is damaged. Open it in Excel, save it again and upload that.")) from problem
    tabs = sorted(book.worksheets[:MOST_TABS], key=lambda tab: folded(tab.title) != TAB)
    yield from (Table(tab.title, _rows(tab)) for tab in tabs)


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
        cells = [text_of(value) for value in row]
        blank = 0 if any(cells) else blank + 1
        if blank > BLANK_RUN:
            return
        if not blank:
            yield number, cells


def _refuse(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as problem:
        raise Unfit(_("This workbook is damaged. Open it in Excel, save it again and upload that.")) from problem
    names = {part.filename.lower() for part in parts}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Unfit(_("This workbook holds macros. Save it as .xlsx (without macros) and upload that."))
    if BOOK not in names:
        raise Unfit(_("This is neither an Excel workbook (.xlsx) nor a CSV file."))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST:
        raise Unfit(_("This workbook is far larger unpacked than a dashboard is. Nothing was read."))
