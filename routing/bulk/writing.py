"""A workbook of plain texts. Runs in the cage: its library stays out of the processes that serve pages."""

from __future__ import annotations

import io
from functools import cache
from importlib import import_module
from typing import Any

Rows = list[list[str]]
WIDTHS = (8, 22, 36, 26, 26, 30, 14, 60, 20)


def workbook(title: str, rows: Rows) -> bytes:
    """One tab; the first row is its head and stays in sight. Every cell is a text, so that nothing is computed."""
    book = _module("openpyxl").Workbook(write_only=True)
    tab = book.create_sheet(title[:31])
    tab.freeze_panes = "A2"
    for place, width in enumerate(WIDTHS):
        tab.column_dimensions["ABCDEFGHI"[place]].width = width
    for row in rows:
        tab.append([_cell(tab, text) for text in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(tab: Any, text: str) -> Any:
    cells = _module("openpyxl.cell.cell")
    cell = cells.WriteOnlyCell(tab, value=cells.ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    return cell


@cache
def _module(name: str) -> Any:
    return import_module(name)
