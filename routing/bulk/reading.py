"""Bytes → the lines of the directors' spreadsheet. Runs in the cage: files come from outside."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Final

from django.utils.translation import gettext as _

from documents.tables import Cells, Unfit, opening
from documents.tables.cells import Tab
from routing.bulk import headings
from routing.bulk.headings import Headings
from routing.bulk.sheets import Line, Sheet

MOST_LINES: Final = 20_000
SAVED: Final = re.compile(rb"<dcterms:modified[^>]*>([^<]{10,40})<")
PROPERTIES: Final = "docProps/core.xml"
MOST_PROPERTIES: Final = 100_000
NAMED: Final = ("account_id", "account_name", "new_owner", "new_owner_id")


def read(content: bytes) -> Sheet:
    """The first tab with accounts and new owners; in `refused` why the file cannot be taken."""
    try:
        return _read(content)
    except Unfit as unfit:
        return Sheet(refused=str(unfit))


def _read(content: bytes) -> Sheet:
    saved = _saved(content) if opening.is_workbook(content) else None
    first: Cells = []
    for tab in opening.tabs(content):
        start = [*islice(tab.rows, headings.LOOKED_AT)]
        first = first or next((cells for _number, cells in start), [])
        found = headings.find([cells for _number, cells in start])
        if found is not None:
            return _sheet(tab, found, chain(start[found.row + 1 :], tab.rows), saved)
    raise Unfit(_without_headings(first))


def _sheet(tab: Tab, found: Headings, rows: Iterable[tuple[int, Cells]], saved: datetime | None) -> Sheet:
    lines = list(islice(_lines(rows, found), MOST_LINES + 1))
    if len(lines) > MOST_LINES:
        words = _("This file has more than %(most)d accounts. Split it and upload the parts.")
        raise Unfit(words % {"most": MOST_LINES})
    if not lines:
        raise Unfit(_("There is no account in this file, only its headings."))
    return Sheet(tab=tab.title, columns=found.understood, ignored=found.ignored[:20], lines=lines, saved=saved)


def _lines(rows: Iterable[tuple[int, Cells]], found: Headings) -> Iterator[Line]:
    """Without rows that name neither account nor owner: notes below the table, sums, blanks."""
    for number, cells in rows:
        said = {name: cells[place] for name, place in found.places.items() if place < len(cells)}
        if any(said.get(name) for name in NAMED):
            yield Line(number=number, **said)


def _saved(content: bytes) -> datetime | None:
    """When the workbook was last saved, as it says itself."""
    with contextlib.suppress(KeyError, ValueError, OSError, zipfile.BadZipFile, NotImplementedError):
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(PROPERTIES) as part:
            said = SAVED.search(part.read(MOST_PROPERTIES))
        if said:
            when = datetime.fromisoformat(said[1].decode("ascii").strip())
            return when if when.tzinfo else when.replace(tzinfo=UTC)
    return None


def _without_headings(first: Cells) -> str:
    if not any(first):
        return _("This file is empty.")
    seen = ", ".join(f"“{cell}”" for cell in first[:6] if cell)
    words = _("No columns “AccountId18” and “NewOwner” (or “NewOwnerId”) were found. The first line reads %(seen)s.")
    return words % {"seen": seen}
