"""How long a user export of 100,000 people takes, and what this process and the cage hold meanwhile."""

from __future__ import annotations

import csv
import io
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import openpyxl
import psutil

from certification import export
from certification.table.columns import columns
from documents import cage
from documents.cage.keeping import here

PEOPLE: Final = 100_000
FEW: Final = 10


class Found(NamedTuple):
    """Milliseconds; the bytes that both processes grew by at their peak."""

    taken: float
    grown: int


def separated() -> Found:
    """As Impartner exports it."""
    with _file("bench.csv") as path, path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_rows(PEOPLE))
        file.flush()
        return _measured(path)


def workbook() -> Found:
    book = openpyxl.Workbook(write_only=True)
    tab = book.create_sheet("Users")
    for row in _rows(PEOPLE):
        tab.append(row)
    with _file("bench.xlsx") as path:
        book.save(path)
        return _measured(path)


def _measured(path: Path) -> Found:
    _small()  # the cage is there, its libraries are loaded
    assert here.child is not None
    processes = [psutil.Process(), psutil.Process(here.child.process.pid)]
    before = sum(_peak(process, afresh=True) for process in processes)
    with _file("bench.out") as out, out.open("wb") as file:
        began = time.perf_counter()
        made = export.convert(path, file, name=path.name)
        taken = (time.perf_counter() - began) * 1000
    assert made.rows == PEOPLE
    grown = sum(_peak(process) for process in processes) - before
    cage.close()
    return Found(taken=taken, grown=grown)


def _small() -> None:
    text = io.StringIO()
    csv.writer(text).writerows(_rows(FEW))
    export.convert(io.BytesIO(text.getvalue().encode()), None, name="few.csv")


def _peak(process: psutil.Process, *, afresh: bool = False) -> int:
    """The most it held, since it was asked `afresh`; where the kernel does not tell, what it holds."""
    status, reset = (Path(f"/proc/{process.pid}/{name}") for name in ("status", "clear_refs"))
    if not status.exists():
        return int(process.memory_info().rss)
    if afresh:
        reset.write_text("5", encoding="ascii")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def _rows(people: int) -> Iterator[list[str]]:
    yield [f"User: {column.field}" for column in columns()]
    for number in range(people):
        flags = ["True" if number % (at + 2) else "False" for at in range(8)]
        street = f"Lindenstra\u00dfe {number % 977}, Hof 2"
        name, email = f"J\u00f6rg Person {number}", f"person.{number}@brisa.example"
        yield [name, email, street, f"City {number % 500}", "Bavaria", "Germany", f"+49 30 {number}", *flags]


@contextmanager
def _file(name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / name
