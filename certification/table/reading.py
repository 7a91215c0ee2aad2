"""Bytes of an export → the table a partner gets, and what a person should know of it. Runs in the cage.

Row by row: neither the file as text nor its people are ever held at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

from django.utils.translation import gettext as _

from certification.table import headings, opening, tabulating
from certification.table.columns import Column, columns
from certification.table.headings import Headings
from certification.table.opening import Sheet
from certification.table.remarks import Remarks
from documents.tables import Cells, Unfit

MOST_ROWS: Final = 150_000
FIRST_CELLS: Final = 4
FOOTER: Final = re.compile(
    r"(grand |sub)?totals?\b[\s:]*(\D{0,30}\d+)?|\d+ (records?|users?|rows?|people)( (found|exported))?\.?"
    r"|(records?|users?|rows?|count)\s*[:=]\s*\d+|(generated|exported|confidential|copyright|©|report run)\b.*\d{4}.*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Made:
    """`table` is the CSV. `unsaid` are its rows of which nobody knows whether the account is activated."""

    refused: str = ""
    table: bytes = b""
    rows: int = 0
    people: int = 0
    active: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    holders: dict[str, int] = field(default_factory=dict)
    domains: dict[str, int] = field(default_factory=dict)
    companies: dict[str, list[int]] = field(default_factory=dict)  # what a further column calls the account: rows
    unsaid: list[int] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read(content: bytes) -> Made:
    """In `refused` why there is no table."""
    try:
        return _read(content)
    except Unfit as unfit:
        return Made(refused=str(unfit))


def _read(content: bytes) -> Made:
    remarks = Remarks()
    sheet, found, rows = _the_sheet(content, remarks)
    first = next(rows)[0]
    _say(found, remarks)
    table = tabulating.Table(found, remarks, ragged=sheet.ragged)
    for number, cells in islice(_people(rows, found, remarks), MOST_ROWS + 1):
        table.take(number, cells)
    if table.rows > MOST_ROWS:
        raise Unfit(_("This file has more than %(most)d people. Export fewer at a time.") % {"most": MOST_ROWS})
    for sentence in sheet.notes(first):
        remarks.say(sentence)
    return _made(table, remarks)


def _the_sheet(content: bytes, remarks: Remarks) -> tuple[Sheet, Headings, Iterator[tuple[int, Cells]]]:
    """The first one with all headings, its rows from there on; `Unfit` says what is missing in the likeliest."""
    seen: list[str] = []
    best: Headings | None = None
    chosen: tuple[Sheet, Headings, Iterator[tuple[int, Cells]]] | None = None
    for sheet in opening.sheets(content):
        start = [*islice(sheet.rows, headings.LOOKED_AT)]
        found = headings.find(cells for _number, cells in start)
        seen = seen or next((cells for _number, cells in start), [])
        if found is None:
            continue
        if chosen is not None:
            words = _("The tab “%(other)s” holds users too. Only “%(tab)s” was read.")
            remarks.say(words % {"other": sheet.title, "tab": chosen[0].title})
        elif not found.missing:
            chosen = (sheet, found, chain(start[found.row :], sheet.rows))
        elif best is None or found.found > best.found:
            best = found
    if chosen is None:
        raise Unfit(_without(best.missing) if best else _no_headings(seen))
    return chosen


def _say(found: Headings, remarks: Remarks) -> None:
    if found.row:
        words = _("Lines above the headings were left out: %(count)d.")
        remarks.say(words % {"count": found.row})
    if found.unknown:
        words = _("Columns that are not part of the report were left out: %(names)s.")
        names = ", ".join(f"“{name}”" for name in found.unknown[:12])
        more = len(found.unknown) - 12
        remarks.say(words % {"names": names + (_(" and %(count)d more") % {"count": more} if more > 0 else "")})
    for place in dict.fromkeys(column for column, _other in found.doubles):
        words = _("“%(name)s” stands there twice, with the same in every row. One was left out.")
        remarks.say(words % {"name": columns()[place].field})


def _people(rows: Iterable[tuple[int, Cells]], found: Headings, remarks: Remarks) -> Iterator[tuple[int, Cells]]:
    """Without headings that come again and without sums."""
    for number, cells in rows:
        if not any(cells):
            continue
        if headings.is_again(cells, found):
            remarks.row("again", number)
        elif said := _footer(cells):
            remarks.row("footer", number, value=said)
        elif any(cell and not cell.isspace() for cell in cells):
            yield number, cells


def _footer(cells: Cells) -> str:
    """A sum, or when it was exported, as the only words of a row."""
    if len(cells) > 1 and cells[0] and cells[1]:
        return ""
    said = [cell for cell in cells if cell and not cell.isspace()]
    return said[0] if len(said) == 1 and FOOTER.fullmatch(said[0].strip()) else ""


def _made(table: tabulating.Table, remarks: Remarks) -> Made:
    if not table.rows:
        remarks.say(_("There is nobody in this export. Check the account name in the filter."))
    if len(table.companies) > 1:
        words = _("The export names %(count)d companies: %(names)s. The filter must say “equals”.")
        names = ", ".join(f"“{name}”" for name in [*table.companies][:6])
        remarks.say(words % {"count": len(table.companies), "names": names})
    return Made(
        table=table.content(),
        rows=table.rows,
        people=len(table.known),
        active=table.active,
        counts=table.counts,
        holders=table.holders,
        domains=table.domains,
        companies=table.companies,
        unsaid=table.unsaid,
        remarks=remarks.all(),
    )


def _without(missing: Iterable[Column]) -> str:
    words = _(
        "These columns are missing: %(names)s. In Impartner, open the columns of the list (the open book), choose "
        "all 15 fields, apply, and export “All found records” with “Current view”."
    )
    return words % {"names": ", ".join(f"“{column.field}”" for column in missing)}


def _no_headings(first: Cells) -> str:
    seen = ", ".join(f"“{' '.join(cell.split())[:60]}”" for cell in first[:FIRST_CELLS] if cell.strip())
    if not seen:
        return _("This file is empty. Export all found records again.")
    words = _("No line has the headings of a user export (“Full Name”, “Email” …). The first one reads %(seen)s.")
    return words % {"seen": seen}
