"""The spreadsheet as the cage reads it: columns as people head them, lines, and what is refused with a sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from routing.bulk import reading
from tests.routing.sheets import as_csv, as_workbook

ID = "0018dQx00000001ABA"
LINE = {"AccountId18": ID, "NewOwner": "Sofia Marchetti"}


def test_a_workbook_is_read_with_its_own_date_and_unknown_columns_are_named() -> None:
    when = datetime(2026, 11, 20, 16, 5, 30, tzinfo=UTC)
    columns = ["Region", "NewOwner", "AccountId18"]
    sheet = reading.read(as_workbook({**LINE, "Region": "EMEA"}, columns=columns, saved_at=when))
    assert not sheet.refused
    assert (sheet.saved, sheet.columns, sheet.ignored) == (when, ["NewOwner", "AccountId18"], ["Region"])
    (line,) = sheet.lines
    assert (line.number, line.account_id, line.new_owner, line.reason) == (2, ID, "Sofia Marchetti", "")


@pytest.mark.parametrize(
    "head",
    [
        "AccountId18,NewOwner",
        " account id (18) ;NEW  OWNER",
        "Account_ID_18;new_owner",
        "New Owner\tSFDC Account ID",
        "Id,OwnerId,NewOwner",
    ],
)
def test_headings_are_understood_in_any_case_order_and_spacing(head: str) -> None:
    separator = next(one for one in ";\t," if one in head)
    names = [one.strip().lower() for one in head.split(separator)]
    cells = ["Sofia Marchetti" if "new" in name else "" if name == "ownerid" else ID for name in names]
    sheet = reading.read(f"{head}\n{separator.join(cells)}\n".encode())
    (line,) = sheet.lines
    assert (line.account_id, line.new_owner) == (ID, "Sofia Marchetti")


def test_the_id_of_18_characters_counts_where_a_report_brings_both() -> None:
    sheet = reading.read(f"Account ID,AccountId18,NewOwner\n{ID[:15]},{ID},Sofia\n".encode())
    assert (sheet.lines[0].account_id, sheet.ignored) == (ID, ["Account ID"])


def test_words_above_and_below_the_table_are_no_lines() -> None:
    text = f"Realignment FY23\n\nAccountId18,NewOwner,Reason\n{ID},Sofia,moved\n,,\n,,Approved by the directors\n"
    sheet = reading.read(text.encode())
    assert [(line.number, line.reason) for line in sheet.lines] == [(4, "moved")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"Account,Owner\nNorthwind,Sofia\n", "The first line reads “Account”, “Owner”"),
        (as_csv(), "only its headings"),
        (b"Id,NewOwner,New owner\n1,a,b\n", "is there twice"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "Save it as .xlsx"),
        (b"PK\x03\x04broken", "damaged"),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_sentence(content: bytes, says: str) -> None:
    sheet = reading.read(content)
    assert says in sheet.refused
    assert not sheet.lines


def test_a_file_with_too_many_accounts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_LINES", 3)
    assert reading.read(as_csv(*[LINE] * 3)).lines
    assert "more than 3 accounts" in reading.read(as_csv(*[LINE] * 4)).refused
