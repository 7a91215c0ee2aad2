"""Rows of texts as a workbook, or as a CSV that spreadsheet programs open as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Final

BYTE_ORDER_MARK: Final = "\ufeff"
COMPUTED: Final = ("=", "+", "-", "@", "\t", "\r")
Grid = Iterable[Sequence[str]]


def workbook(rows: Grid, *, title: str, heads: int = 1, merged: Sequence[str] = (), widths: Mapping[str, int]) -> bytes:
    """One tab; the first `heads` rows are bold and stay in sight, `merged` are ranges such as “B1:C1”."""
    book = _openpyxl().Workbook()
    tab = book.active
    tab.title = title[:31]
    tab.freeze_panes = f"A{heads + 1}"
    for column, width in widths.items():
        tab.column_dimensions[column].width = width
    bold = _openpyxl().styles.Font(bold=True)
    for number, row in enumerate(rows, start=1):
        for at, text in enumerate(row, start=1):
            if text:
                cell = tab.cell(number, at, text)
                cell.data_type = "s"  # “=1+1” is a text here
                if number <= heads:
                    cell.font = bold
    for cells in merged:
        tab.merge_cells(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def separated(rows: Grid, *, separator: str = ",") -> bytes:
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK)
    csv.writer(out, delimiter=separator).writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def harmless(text: str) -> str:
    """No cell that a spreadsheet would compute."""
    return f"'{text}" if text.startswith(COMPUTED) else text


@cache
def _openpyxl() -> Any:
    """Its library is 13 MB: only a process that writes a workbook carries it."""
    import_module("openpyxl.styles")
    return import_module("openpyxl")
