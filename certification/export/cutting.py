"""A table made here without some of its rows: ours already, so it is read where it lies and not in the cage."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass, field

from certification.table.cells import YES
from certification.table.columns import columns
from certification.table.tabulating import BYTE_ORDER_MARK, FIRST_ROW


@dataclass(frozen=True, kw_only=True)
class Cut:
    """`counts` as in `Summary`."""

    rows: int
    counts: dict[str, int]
    table: bytes = field(repr=False)


def cut(table: bytes, *, leave_out: Collection[int]) -> Cut:
    """`leave_out` are its rows as a spreadsheet program numbers them (`Person.row`)."""
    courses = {at: column.title for at, column in enumerate(columns()) if column.is_course}
    counts, rows, gone = dict.fromkeys(courses.values(), 0), 0, frozenset(leave_out)
    out = io.BytesIO()
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    lines = csv.reader(io.TextIOWrapper(io.BytesIO(table), encoding="utf-8-sig", newline=""))
    writer.writerow(next(lines))
    for number, cells in enumerate(lines, FIRST_ROW):
        if number in gone:
            continue
        rows += 1
        writer.writerow(cells)
        for at, title in courses.items():
            counts[title] += cells[at] == YES
    text.flush()
    return Cut(rows=rows, counts=counts, table=out.getvalue())
