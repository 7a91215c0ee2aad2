"""Bytes → the table of the dashboard. Runs in the cage: files come from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import chain, islice
from typing import Final

from django.utils.translation import gettext as _

from documents.tables import opening
from documents.tables.cells import Cells, Tab, Unfit, folded
from partners.dashboard import days, heads
from partners.dashboard.heads import Head
from partners.dashboard.sheets import Line, Sheet

MOST_LINES: Final = 100_000
YES: Final = frozenset("yes y ja j true t wahr 1 x ✓ ✔ ☑ ✅ oui si sí sim はい ○ met".split())  # noqa: SIM905 - reads best as words
NO: Final = frozenset("no n nein false f falsch 0 ✗ ✘ ☒ ❌ non não いいえ ×".split()) | {"not met"}  # noqa: SIM905, RUF001
TOTALS: Final = frozenset({"total", "totals", "grand total", "sum", "summe", "gesamt", "gesamtsumme", "合計", "総計"})
TAB: Final = "certifications by partner"


def read(content: bytes, name: str) -> Sheet:
    """The table, whatever the file is; in `refused` why it cannot be taken."""
    try:
        return _read(content, name)
    except Unfit as unfit:
        return Sheet(refused=str(unfit))


def _read(content: bytes, name: str) -> Sheet:
    tabs = opening.tabs(content, first=TAB, width=_width)
    found = next((sheet for tab in tabs if (sheet := _of_table(tab, name))), None)
    if found is None:
        return _headless(next(opening.tabs(content, first=TAB, width=_width)))
    return _of_workbook(content, found) if opening.is_workbook(content) else found


def _of_workbook(content: bytes, found: Sheet) -> Sheet:
    workbook = opening.workbook()
    if found.lines and all(not line.said for line in found.lines) and workbook.has_formulas(content, found.tab):
        words = _("The results of the formulas are not in this file. Open it in Excel, save it and upload that.")
        raise Unfit(words)
    return found if found.as_of else replace(found, as_of=workbook.saved_on(content))


def _width(rows: list[Cells]) -> int:
    """How many columns the head has when it is found."""
    head = heads.find(rows)
    return len([name for name in head.columns if name]) if head else 0


def _of_table(table: Tab, name: str) -> Sheet | None:
    """None where the table has no “Open Reqs Met?”."""
    start = [*islice(table.rows, heads.LOOKED_AT)]
    head = heads.find([cells for _number, cells in start])
    if head is None:
        return None
    preamble = [cell for _number, cells in start[: head.first] for cell in cells if cell]
    sheet = _collect(_lines(chain(start[head.first :], table.rows), head))
    return replace(sheet, tab=table.title, columns=[one for one in head.columns if one], as_of=_as_of(preamble, name))


def _headless(table: Tab) -> Sheet:
    first = next((cells for _number, cells in table.rows), [])
    if not first:
        raise Unfit(_("This file is empty."))
    seen = ", ".join(f"“{cell}”" for cell in first[:6] if cell)
    raise Unfit(_("No column “Open Reqs Met?” was found. The first line reads %(seen)s.") % {"seen": seen})


def _as_of(preamble: Iterable[str], name: str) -> date | None:
    return next((day for text in [*preamble, name] if (day := days.find(text))), None)


def _lines(rows: Iterable[tuple[int, Cells]], head: Head) -> Iterator[Line]:
    names = head.others
    for number, cells in rows:
        said = _at(cells, head.met)
        if folded(said) in heads.MET:  # the head again, on a new page
            continue
        counts = {name: cells[at] for at, name in names if at < len(cells) and cells[at]}
        yield Line(
            number, _at(cells, head.partner)[:255], _at(cells, head.salesforce_id)[:18], met_of(said), said, counts
        )


def _collect(lines: Iterator[Line]) -> Sheet:
    kept: list[Line] = []
    nameless = totals = 0
    for line in lines:
        if line.met is None and folded(line.name) in TOTALS:
            totals += 1
        elif not line.name and not line.salesforce_id:
            nameless += 1
        else:
            kept.append(line)
        if len(kept) > MOST_LINES:
            raise Unfit(_("This file has more than %(most)d lines. A dashboard has a line for each partner.") % LIMIT)
    return Sheet(lines=kept, nameless=nameless, totals=totals)


def met_of(said: str) -> bool | None:
    """Yes or No however it is written; anything else says nothing."""
    word = said.strip().strip(".!").casefold()
    if word in YES:
        return True
    return False if word in NO else None


def _at(cells: Cells, place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""


LIMIT: Final = {"most": MOST_LINES}
