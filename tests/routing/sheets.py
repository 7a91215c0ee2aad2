"""The directors' spreadsheet for tests: made on the spot, as the spreadsheet program would."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import openpyxl

from tests.partners.workbooks import saved

COLUMNS = [
    "AccountId18",
    "AccountName",
    "CurrentOwner",
    "NewOwner",
    "NewOwnerId",
    "ContractedTerritories",
    "PublicSectorPartner",
    "Reason",
    "ApprovedBy",
]
Row = Mapping[str, str]


def as_csv(*rows: Row, columns: Sequence[str] = COLUMNS) -> bytes:
    lines = [",".join(columns), *(",".join(f'"{row.get(name, "")}"' for name in columns) for row in rows)]
    return "\n".join(lines).encode()


def as_workbook(*rows: Row, columns: Sequence[str] = COLUMNS, saved_at: datetime | None = None) -> bytes:
    book = openpyxl.Workbook()
    tab = book.active
    assert tab is not None
    for row in [dict(zip(columns, columns, strict=True)), *rows]:
        tab.append([row.get(name, "") for name in columns])
    content = saved(book)
    return _saved_at(content, saved_at) if saved_at else content


def _saved_at(content: bytes, when: datetime) -> bytes:
    """The library writes the present moment whatever it is told."""
    said = re.compile(rb"(<dcterms:modified[^>]*>)[^<]+")
    stamp = f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode()
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, said.sub(rb"\g<1>" + stamp, part) if name == "docProps/core.xml" else part)
    return file.getvalue()
