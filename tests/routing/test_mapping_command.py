"""`import_mapping`: prints every row that is not the same, and changes nothing it should not."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from journal.record import DESK
from routing.importing import acts
from routing.importing.comparing import Difference
from routing.models import KeyRule, MappingImport
from tests.routing.mappings import JAY, LISA, book_of, managers

FY23 = date(2022, 2, 1)

pytestmark = pytest.mark.usefixtures("roster")


@pytest.fixture
def roster(db: None) -> None:
    managers()


def run(path: Path, *options: str) -> list[str]:
    out = io.StringIO()
    call_command("import_mapping", str(path), *options, stdout=out)
    return out.getvalue().splitlines()


def test_dry_run_import_and_the_rows_it_prints(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "first.xlsx", tmp_path / "second.csv"
    first.write_bytes(book_of())
    lines = run(first, "--dry-run", "--effective", "2022-02-01")
    assert "added     row 3, I3  segment  Large-AMER-East-Northeast → Jay Bahar" in lines
    assert lines[-2:] == [
        "8 added, 0 changed, 0 removed, 0 the same, 0 rejected, 0 repeated.",
        "Nothing was changed: this was a dry run.",
    ]
    assert "checking: 100%" in capfd.readouterr().err
    assert not MappingImport.objects.exists()
    assert run(first, "--effective", "2022-02-01")[-1] == "In the mapping from 2022-02-01 on."
    second.write_text(f"Segment;CAM\nLarge-AMER-East-Northeast;{LISA}\nLarge-AMER-East-Named;Look at Territory\n")
    assert run(second, "--effective", "2022-06-01")[:2] == [
        "changed   row 2, B2  segment  Large-AMER-East-Northeast: Jay Bahar → Lisa Cartagena",
        "removed   (row 5 until now)  segment  Large-AMER-West-PNW/MW: Lisa Cartagena",
    ]
    assert KeyRule.objects.get(manager__name=LISA, table="segment", valid_to=None).valid_from == date(2022, 6, 1)


def test_rejected_rows_stop_it_unless_they_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "m.xlsx"
    path.write_bytes(book_of({"segment": [("K-1", JAY), ("K-2", "Jay Bahr")]}))
    out = io.StringIO()
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("import_mapping", str(path), stdout=out, verbosity=0)
    said = "rejected  row 4, I4  segment  K-2: No channel manager is called “Jay Bahr”. Like it: Jay Bahar."
    assert said in out.getvalue().splitlines()
    assert not MappingImport.objects.exists()
    run(path, "--skip-bad", "--fiscal-year", "FY30")
    assert list(KeyRule.objects.values_list("key", "fiscal_year")) == [("K-1", "FY30")]


def test_what_changes_while_it_is_confirmed_leaves_nothing_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.xlsx"
    path.write_bytes(book_of({"segment": [("K-1", JAY)]}))
    tried = acts.try_out

    def overtaken(content: bytes, **given: Any) -> Difference:
        found = tried(content, **given)
        other = acts.prepare(book_of({"segment": [("K-1", LISA)]}), name="o.xlsx", by=DESK, effective=FY23)
        acts.confirm(other, by=DESK)
        return found

    monkeypatch.setattr(acts, "try_out", overtaken)
    with pytest.raises(CommandError, match="changed since you compared"):
        run(path, "--effective", "2022-06-01")
    assert list(KeyRule.objects.values_list("manager__name", flat=True)) == [LISA]
    assert not MappingImport.objects.filter(state=MappingImport.State.PREPARED).exists()


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("missing.xlsx", (), "cannot be read: No such file"),
        ("empty.csv", (), "This file is empty."),
        ("empty.csv", ("--effective", "1 Feb"), "is no day"),
        ("empty.csv", ("--effective", "0001-01-01"), "That day is too far away"),
        ("empty.csv", ("--fiscal-year", "FY2024/25"), "Write a fiscal year as FY24"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(tmp_path: Path, name: str, options: tuple[str, ...], words: str) -> None:
    (tmp_path / "empty.csv").touch()
    with pytest.raises(CommandError, match=words):
        run(tmp_path / name, *options)
