"""Exported dashboards for tests: made on the spot, as the spreadsheet program would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl

HEAD = ["Partner", "Sales Core", "Solution Architect Core", "Open Reqs Met?"]


def workbook(*rows: Sequence[Any], title: str = "Certifications by Partner", merge: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    tab = book.active
    assert tab is not None
    tab.title = title
    for row in rows:
        tab.append(list(row))
    for cells in merge:
        tab.merge_cells(cells)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_parts(content: bytes, parts: dict[str, bytes], *, compress: bool = True) -> bytes:
    """The workbook with further parts in its archive."""
    file = io.BytesIO(content)
    kind = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(file, "a", kind) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()
