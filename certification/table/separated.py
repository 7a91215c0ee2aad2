"""A CSV as rows, line by line: its encoding found out, its separator the one under which most headings are known."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from django.utils.translation import gettext as _

from certification.table import encoding, headings
from documents.tables import Cells, Unfit

SEPARATORS: Final = (",", ";", "\t", "|")
SAID: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
LONGEST_LINE: Final = 1_000_000
LONGEST_CELL: Final = 100_000
MOST_CELLS: Final = 1_000


def table(content: bytes) -> tuple[Iterator[tuple[int, Cells]], list[str]]:
    """Its rows, and what is to be said of its encoding."""
    name, notes = encoding.of(content)
    said = SAID.fullmatch(next(_lines(content, name), ""))
    skipped = 1 if said else 0
    separator = said[1] if said else _separator(content, name)
    return _rows(content, name, separator, skipped), notes


def _separator(content: bytes, name: str) -> str:
    """Without headings, the one that cuts the first lines into most cells."""
    return max(SEPARATORS, key=lambda separator: _known(content, name, separator))


def _known(content: bytes, name: str, separator: str) -> tuple[int, int]:
    first = []
    try:
        for _number, cells in islice(_rows(content, name, separator, 0), headings.LOOKED_AT):
            first.append(cells)
    except Unfit:
        pass  # as far as it could be read; who reads all of it says why
    found = headings.find(first)
    return (found.found if found else 0, max(map(len, first), default=0))


def _rows(content: bytes, name: str, separator: str, skipped: int) -> Iterator[tuple[int, Cells]]:
    """Numbered as a spreadsheet program numbers them: a street of two lines is one row."""
    csv.field_size_limit(LONGEST_CELL)
    lines = islice(_lines(content, name), skipped, None)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    number = skipped
    while True:
        began = reader.line_num + skipped + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            raise Unfit(_why(problem, began)) from problem
        number += 1
        if len(cells) > MOST_CELLS:
            raise Unfit(_("Line %(line)d has more cells than an export has. Nothing was read.") % {"line": began})
        if any(cell and not cell.isspace() for cell in cells):
            yield number, cells


def _lines(content: bytes, name: str) -> Iterator[str]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding=name, errors=encoding.ERRORS.get(name, "replace"), newline="")
    for line in iter(lambda: text.readline(LONGEST_LINE), ""):
        if len(line) == LONGEST_LINE:
            raise Unfit(_("A line of this file is far longer than the line of a person. Nothing was read."))
        yield line.replace("\0", "")


def _why(problem: csv.Error, line: int) -> str:
    if "expected after" in str(problem):
        words = _("Line %(line)d has a quotation mark inside a cell that is not doubled. Correct it, or export again.")
    elif "unexpected end" in str(problem) or "field larger" in str(problem):
        words = _("Line %(line)d opens a quotation mark that is never closed: the file is cut off. Export it again.")
    else:
        words = _("Line %(line)d cannot be read. Export the users again.")
    return words % {"line": line}
