"""Every export under `exports/`: `NAME.csv` or `.xlsx`, beside it what must come of it.

`NAME.table` is the table, to the byte; none: the file is refused. `NAME.toml` says the counts and remarks, or why.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

import pytest

from certification.table import reading

HERE: Final = Path(__file__).parent / "exports"
FILES: Final = sorted(path for path in HERE.iterdir() if path.suffix in {".csv", ".xlsx"})
OF_THE_HANDBOOK: Final = """
    plain headings-without-user true-and-false-in-every-spelling street-of-three-lines windows-1252 japanese-utf-8
    phones-stay-legible one-address-twice inactive-with-badges nobody 1200-people semicolons-of-excel further-columns
    without-pse-2021 true-street-stays
""".split()  # noqa: SIM905 - the names read best as words (domain.md 3.8)


def test_there_are_the_cases_of_the_handbook_and_more_than_thirty_others() -> None:
    names = {path.stem for path in FILES}
    assert not set(OF_THE_HANDBOOK) - names
    assert len(names) >= len(OF_THE_HANDBOOK) + 30
    assert len(names) == len(FILES)
    assert {path.stem for path in HERE.iterdir()} == names


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_comes_of_an_export(path: Path) -> None:
    told = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
    table = path.with_suffix(".table")
    made = reading.read(path.read_bytes())
    assert made.refused == told.get("refused", "")
    assert table.exists() is not bool(made.refused)
    if made.refused:
        assert made.table == b""
        return
    assert made.table.decode() == table.read_bytes().decode()
    assert [made.rows, made.people, made.active] == [told["rows"], told["people"], told["active"]]
    assert list(made.counts.values()) == told["counts"]
    assert made.remarks == told["remarks"]
    assert reading.read(path.read_bytes()) == made
    assert reading.read(made.table).table == made.table
