"""The one table of a CSV: its encoding and its separator found out."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from django.utils.translation import gettext as _

from documents.tables.cells import MAX_COLUMNS, Cells, Tab, Unfit, clean
from documents.western import western

SEPARATORS: Final = (";", ",", "\t", "|")
SAID: Final = re.compile(r'\A"?sep=(.)"?\r?\n', re.IGNORECASE)
KANA: Final = re.compile("[\u3040-\u30ff]")
LONGEST_FIELD: Final = 100_000
LOOKED_AT: Final = 200_000
FIRST_ROWS: Final = 60
Width = Callable[[list[Cells]], int]


def table(content: bytes, *, width: Width) -> Tab:
    text = decoded(content)
    said = SAID.match(text)
    text, skipped = (text[said.end() :], 1) if said else (text, 0)
    separator = said[1] if said else _separator(text, width)
    return Tab("", _rows(text, separator, skipped))


def regular(rows: list[Cells]) -> int:
    """How many cells stand in rows of the commonest width: prose with a comma in it is not regular."""
    widths = Counter(len(cells) for cells in rows)
    return max((width * times for width, times in widths.items() if width > 1), default=0)


def decoded(content: bytes) -> str:
    """UTF-16 and UTF-8 by their marks, UTF-8 when it is some, Shift JIS with kana in it, else Western European."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise Unfit(_("This is neither an Excel workbook (.xlsx) nor a CSV file."))
    for name in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if name != "cp932" or KANA.search(text):
            return text
    return western(content)


def _separator(text: str, width: Width) -> str:
    """The one under which the table is widest; a comma when it is with none."""
    found = {separator: _width(text, separator, width) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: found[separator])
    return best if found[best] else ","


def _width(text: str, separator: str, width: Width) -> int:
    try:
        return width([cells for _number, cells in islice(_rows(text[:LOOKED_AT], separator, 0), FIRST_ROWS)])
    except Unfit:
        return 1


def _rows(text: str, separator: str, skipped: int) -> Iterator[tuple[int, Cells]]:
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            cells = [clean(cell) for cell in row[:MAX_COLUMNS]]
            if any(cells):
                yield reader.line_num + skipped, cells
    except csv.Error as problem:
        words = _("Line %(number)d cannot be read: a quotation mark is opened there and never closed.")
        raise Unfit(words % {"number": reader.line_num + skipped}) from problem
