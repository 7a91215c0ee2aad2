"""The one table of a CSV: its encoding and its separator found out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from django.utils.translation import gettext as _

from mail.charsets import western
from partners.dashboard import heads
from partners.dashboard.sheets import MAX_COLUMNS, Cells, Table, Unfit, clean

SEPARATORS: Final = (";", ",", "\t", "|")
SAID: Final = re.compile(r'\A"?sep=(.)"?\r?\n', re.IGNORECASE)
KANA: Final = re.compile("[\u3040-\u30ff]")
LONGEST_FIELD: Final = 100_000


def table(content: bytes) -> Table:
    text = decoded(content)
    said = SAID.match(text)
    text, skipped = (text[said.end() :], 1) if said else (text, 0)
    separator = said[1] if said else _separator(text)
    return Table("", _rows(text, separator, skipped))


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
    return western(content) or ""


def _separator(text: str) -> str:
    """The one under which the head is found with the most columns; a comma when none finds it."""
    found = {separator: _width(text, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: found[separator])
    return best if found[best] else ","


def _width(text: str, separator: str) -> int:
    rows = [cells for _number, cells in islice(_rows(text[:200_000], separator, 0), heads.LOOKED_AT)]
    try:
        head = heads.find(rows)
    except Unfit:
        return 1
    return len([name for name in head.columns if name]) if head else 0


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
