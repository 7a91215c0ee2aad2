"""The parts of an .xlsx as the library opens them, without reading each tab through for how large it is."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from openpyxl.reader.excel import ExcelReader


@dataclass(frozen=True)
class Tab:
    """One sheet of the workbook, and what its cells point to."""

    title: str
    book: Any = field(repr=False)
    path: str
    texts: Sequence[Any] = field(repr=False)

    def open(self) -> IO[bytes]:
        source: IO[bytes] = self.book._archive.open(self.path)  # noqa: SLF001 - the library has no other door
        return source


class Reader(ExcelReader):
    tabs: list[Tab]

    def read_worksheets(self) -> None:
        """Instead of the library's: where a tab does not say its size, that reads all of it."""
        self.tabs = [
            Tab(sheet.name, self.wb, rel.target, self.shared_strings)
            for sheet, rel in self.parser.find_sheets()
            if rel.target in self.valid_files and rel.Type.endswith("/worksheet")
        ]


def load(file: io.BytesIO) -> list[Tab]:
    reader = Reader(file, read_only=True, data_only=True, keep_links=False)
    reader.read()
    return reader.tabs
