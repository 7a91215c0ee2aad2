"""The demo's mapping workbooks, written as people have them and imported by the code that uploads take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from people.models import User
from routing.importing import acts, exporting, layout, years
from routing.keys import fiscal_year
from web import datafiles

DATA: Final = Path(__file__).parent / "mapping.toml"
Pairs = list[tuple[str, str]]


def load(*, by: User) -> None:
    """One mapping in force, the coming year's prepared. Wants the demo's partners and managers."""
    said = datafiles.read(DATA)
    now = {table: list(_pairs(said[table])) for table in layout.TABLES}
    name = f"CAM Mapping {said['fiscal_year']}.xlsx"
    change = acts.prepare(exporting.workbook_of(now), name=name, by=by, effective=said["effective"])
    acts.confirm(change, by=by)
    start = years.next_start(timezone.localdate())
    coming = exporting.workbook_of(_coming(now, said["coming"]))
    acts.prepare(coming, name=f"CAM Mapping {fiscal_year(start)}.xlsx", by=by, effective=start)


def _pairs(rows: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for row in rows:
        for number in row.get("numbers", [""]):
            yield f"{row['key']}{number}", row["cam"]


def _coming(now: Mapping[str, Pairs], said: Mapping[str, Any]) -> dict[str, Pairs]:
    """The same rows in their order, those that differ in place of them, new ones below."""
    found = {}
    for table, pairs in now.items():
        other = dict(_pairs(said.get(table, [])))
        kept = [(key, other.pop(key, cam)) for key, cam in pairs if key not in said["without"]]
        found[table] = [*kept, *other.items()]
    return found
