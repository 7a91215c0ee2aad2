"""An uploaded workbook or CSV as the lines of the mapping it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _

from documents import tables
from documents.tables import Table, Unfit
from routing.importing import layout
from routing.importing.layout import Block

TAB: Final = "Mapping Tables"
GUARDED: Final = re.compile(r"'[=+\-@]")  # as our own CSV writes what a spreadsheet would compute
YEAR: Final = re.compile(r"(?<![A-Za-z0-9])FY ?'?(\d{2})(?!\d)", re.IGNORECASE)


class Line(NamedTuple):
    """What one row says in one block; `cell` is where its result stands."""

    table: str
    key: str
    result: str
    row: int
    cell: str


@dataclass(frozen=True)
class Sheet:
    """A block with nothing below its head is not in the file: nobody means to end every rule of it by a blank."""

    tab: str
    blocks: Mapping[str, Block]
    lines: list[Line] = field(default_factory=list)
    fiscal_year: str = ""  # that the file or its tab names

    def columns(self) -> dict[str, Any]:
        """For `MappingImport.columns`."""
        found = {
            table: {"columns": block.columns, "head": block.head, "how": block.how}
            for table, block in self.blocks.items()
        }
        return {"tab": self.tab, "blocks": found}


def read(content: bytes, name: str, *, said: Mapping[str, str] | None = None) -> Sheet:
    """The tab “Mapping Tables”, or the one with most blocks; `Unfit` with a sentence where there is none."""
    found = tables.read(content, name, tab=TAB)
    tried = [(table, layout.blocks(table.rows, said or {})) for table in found]
    table, blocks = max(tried, key=lambda one: len(one[1]))
    if not blocks:
        raise Unfit(_none(found[0]))
    _refuse_uncomputed(table, blocks)
    lines = [line for block in _in_order(blocks) for line in _lines(table, block)]
    if not lines:
        raise Unfit(_("There is nothing below the heads of this file."))
    filled = {line.table for line in lines}
    year = YEAR.search(name) or YEAR.search(table.title)
    return Sheet(
        tab=table.title,
        blocks={name: block for name, block in blocks.items() if name in filled},
        lines=lines,
        fiscal_year=f"FY{year[1]}" if year else "",
    )


def _in_order(blocks: Mapping[str, Block]) -> list[Block]:
    return [blocks[table] for table in layout.TABLES if table in blocks]


def _lines(table: Table, block: Block) -> Iterator[Line]:
    column = layout.letter(block.result)
    for number, cells in table.rows:
        if number <= block.head:
            continue
        key, result = _at(cells, block.key), _at(cells, block.result)
        if (key or result) and not layout.is_head(key, result):
            yield Line(block.table, key, result, number, f"{column}{number}")


def _refuse_uncomputed(table: Table, blocks: Mapping[str, Block]) -> None:
    """Such a row reads as empty, and its rule would be taken for one that the file leaves out."""
    columns = {letter for block in blocks.values() for letter in block.columns.split(":")}
    cells = [cell for cell in table.uncomputed if cell.rstrip("0123456789") in columns]
    if cells:
        first = min(cells, key=lambda cell: (int(cell.lstrip(ascii_uppercase)), cell))
        words = _(
            "The results of the formulas are not in this file (%(cell)s). Open it in Excel, save it, upload that."
        )
        raise Unfit(words % {"cell": first})


def _at(cells: list[str], place: int) -> str:
    text = cells[place] if place < len(cells) else ""
    return text[1:] if GUARDED.match(text) else text


def _none(table: Table) -> str:
    seen = ", ".join(f"“{cell[:60]}”" for cell in table.rows[0][1] if cell)[:400]
    words = _("No block of the mapping was found. The first line reads %(seen)s. Say which columns it stands in.")
    return words % {"seen": seen}
