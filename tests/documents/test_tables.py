"""Spreadsheets as rows of texts: every tab or one of them, numbered as the file numbers them, or a sentence."""

from __future__ import annotations

import openpyxl
import pytest

from documents.tables import Table, Unfit, read
from documents.tables import reading as in_the_cage
from tests.partners.workbooks import saved, with_parts, workbook


def test_every_tab_of_a_workbook_or_the_one_asked_for() -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Notes"
    first.append(["  read \u00a0 me ", 3.0])
    second = book.create_sheet("Mapping Tables")
    second.append([None, None])
    second.append(["Key", None, True])
    book.create_sheet("Empty")
    notes, mapping = Table("Notes", [(1, ["read me", "3"])]), Table("Mapping Tables", [(2, ["Key", "", "TRUE"])])
    assert read(saved(book), "mapping.xlsx") == [notes, mapping]
    assert read(saved(book), "mapping.xlsx", tab="mapping  TABLES") == [mapping]
    assert read(saved(book), "mapping.xlsx", tab="not there") == [mapping, notes][::-1]


@pytest.mark.parametrize(("separator", "encoding"), [(",", "utf-8"), (";", "cp1252"), ("\t", "utf-16"), ("|", "utf-8")])
def test_a_csv_whose_cells_hold_the_other_separators(separator: str, encoding: str) -> None:
    rows = [["Segment", "Manager"], ["Large-AMER, East", "Müller"], ["SMB, AMER", "José"]]
    text = "\r\n".join(separator.join(f'"{cell}"' if separator in cell else cell for cell in row) for row in rows)
    assert read(text.encode(encoding), "m.csv") == [Table("m.csv", list(enumerate(rows, start=1)))]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty."),
        (workbook([]), "This file is empty."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel file or one with a password"),
        (with_parts(workbook(["a"]), {"xl/vbaProject.bin": b"x"}), "holds macros"),
        (workbook(["a"])[:-200], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "neither an Excel workbook"),
        (b'a,b\n"c' + b"x" * 200_000, "never closed"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(Unfit, match=words):
        read(content, "file.xlsx")


def test_more_rows_than_fit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_the_cage, "MOST_ROWS", 2)
    assert not in_the_cage.read(b"a,b\nc,d\n", "x.csv", "").refused
    assert "more than 2 rows" in in_the_cage.read(b"a,b\nc,d\ne,f\n", "x.csv", "").refused
