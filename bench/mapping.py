"""How long a workbook of 20,000 rows takes: its dry run, its import, the next one that changes a third, its undo."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple, TypeVar

from django.db import transaction

from journal.record import DESK
from people.models import ChannelManager
from routing.importing import acts, exporting, layout
from routing.models import MappingImport

T = TypeVar("T")
ROWS: Final = 20_000
MANAGERS: Final = 60
FIRST, SECOND = date(1990, 2, 1), date(1990, 6, 1)  # nobody's rules are there


class Found(NamedTuple):
    """Milliseconds; `changed` is what the second workbook changes."""

    dry_run: float
    first: float
    second: float
    undo: float
    changed: int


def imported() -> Found:
    """Nothing of it stays."""
    with transaction.atomic():
        found = _measured()
        transaction.set_rollback(True)
    return found


def _measured() -> Found:
    names = [f"Bench Manager {number}" for number in range(MANAGERS)]
    ChannelManager.objects.bulk_create([ChannelManager(name=name) for name in names], ignore_conflicts=True)
    first, second = _workbook(names, moved=0), _workbook(names, moved=1)
    acts.try_out(first, name="seed.xlsx", effective=FIRST)  # the cage is there, its libraries are loaded
    dry_run, _seen = _clocked(lambda: acts.try_out(first, name="first.xlsx", effective=FIRST))
    one, _change = _clocked(lambda: _import(first, FIRST))
    two, change = _clocked(lambda: _import(second, SECOND))
    undo, _undone = _clocked(lambda: acts.undo(change, by=DESK))
    return Found(dry_run=dry_run, first=one, second=two, undo=undo, changed=change.counts["changed"])


def _import(content: bytes, on: date) -> MappingImport:
    return acts.confirm(acts.prepare(content, name="bench.xlsx", by=DESK, effective=on), by=DESK)


def _workbook(names: list[str], *, moved: int) -> bytes:
    """4,000 rows a block; `moved` gives every third one to the next manager."""
    numbers = range(ROWS // len(layout.TABLES))
    return exporting.workbook_of(
        {
            table: [(f"{table}-AMER-East-{n}", names[(n + (0 if n % 3 else moved)) % len(names)]) for n in numbers]
            for table in layout.TABLES
        }
    )


def _clocked(act: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = act()
    return (time.perf_counter() - began) * 1000, result
