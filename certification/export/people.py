"""The people of a table: who they are, whether they are active, what they hold. Never where they live."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from certification.table.cells import YES, as_it_was, truth
from certification.table.columns import columns, place
from partners.team import Member


@dataclass(frozen=True, kw_only=True)
class Person:
    """`row` is theirs in the table, as a spreadsheet program numbers it: the first person is in row 2.

    `courses` are the fields of the export that are True (“Sales Badged”).
    """

    row: int
    name: str
    email: str  # lower case
    country: str
    active: bool | None
    admin: bool | None
    courses: tuple[str, ...]

    @property
    def member(self) -> Member:
        """As `partners.team` takes them."""
        return Member(
            name=self.name,
            email=self.email,
            country=self.country,
            active=self.active,
            admin=self.admin,
            courses=self.courses,
        )


def people(table: BinaryIO | bytes, *, unsaid: Collection[int] = frozenset()) -> Iterator[Person]:
    """Of a table made here, one by one; of rows in `unsaid` nobody knows whether they are active."""
    source = io.BytesIO(table) if isinstance(table, bytes) else table
    rows = csv.reader(io.TextIOWrapper(source, encoding="utf-8-sig", newline=""))
    next(rows, None)
    for row, cells in enumerate(rows, start=2):
        yield _person(row, cells, unknown=row in unsaid)


def _person(row: int, cells: list[str], *, unknown: bool) -> Person:
    said = cells[place("active")]
    return Person(
        row=row,
        name=as_it_was(cells[0])[:200],
        email=as_it_was(cells[place("email")]).lower()[:254],
        country=as_it_was(cells[place("country")])[:80],
        active=None if unknown else _yes(said),
        admin=_yes(cells[place("admin")]),
        courses=tuple(
            column.field for column, cell in zip(columns(), cells, strict=True) if column.is_course and cell == YES
        ),
    )


def _yes(said: str) -> bool | None:
    """Neither X nor nothing: unknown."""
    return True if said == YES else False if not said else truth(said)
