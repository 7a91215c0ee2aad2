"""Files as people export them: every encoding, head and Yes; what is no dashboard is refused in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import openpyxl
import pytest

from documents.tables import Unfit
from partners.dashboard import caged, days, reading
from partners.dashboard.sheets import Sheet
from tests.partners.workbooks import HEAD, saved, with_parts, workbook


def read(content: bytes | str, name: str = "dashboard.csv", *, encoding: str = "utf-8") -> Sheet:
    return reading.read(content.encode(encoding) if isinstance(content, str) else content, name)


def said(sheet: Sheet) -> list[tuple[str, bool | None]]:
    return [(line.name, line.met) for line in sheet.lines]


@pytest.mark.parametrize(
    ("word", "met"),
    [
        *(
            (word, True)
            for word in ("Yes", "yes", " YES ", "y", "Ja", "TRUE", "true", "1", "x", "✓", "✔", "Oui", "はい")
        ),
        *((word, False) for word in ("No", "no", "Nein", "FALSE", "0", "✗", "non", "いいえ", "Not met")),
        *((word, None) for word in ("", "-", "n/a", "#N/A", "?", "maybe", "2", "yes and no")),
    ],
)
def test_yes_and_no_in_many_words_and_nothing_else(word: str, met: bool | None) -> None:
    assert reading.met_of(word) is met


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separators_and_encodings(separator: str, encoding: str) -> None:
    rows = ["Partner", "Open Reqs Met?"], ["Müller, Söhne; Co|KG\tX", "Ja"], ["Çelik", ""]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)
    assert said(read(text, encoding=encoding)) == [("Müller, Söhne; Co|KG X", True), ("Çelik", None)]


def test_japanese_and_excels_own_first_line() -> None:
    assert said(read("パートナー,Open Reqs Met?\nキツネソフト株式会社,はい\n", encoding="cp932")) == [
        ("キツネソフト株式会社", True)
    ]
    sheet = read("sep=;\nFirma;Open Reqs Met?\nA;Ja\n")
    assert (said(sheet), sheet.lines[0].number) == ([("A", True)], 3)


def test_what_stands_above_the_head_totals_and_nameless_lines() -> None:
    sheet = read(
        "GitLab Certification Tracking Dashboard V2.0,,\nAs of,18 Nov 2022,\n,,\n"
        "Account Name,Sales Core,Open Reqs Met?\nAcme,2,Yes\n,1,No\nTotalEnergies,1,no\nAccount Name,Sales Core,"
        'Open Reqs Met?\n"Street\nKing",0,\nTotal,4,1 of 3\n'
    )
    assert said(sheet) == [("Acme", True), ("TotalEnergies", False), ("Street King", None)]
    assert (sheet.as_of, sheet.nameless, sheet.totals) == (date(2022, 11, 18), 1, 1)
    assert sheet.lines[0].counts == {"Sales Core": "2"}


def test_a_head_of_two_merged_rows() -> None:
    content = workbook(
        ["Partner", "Region", "Certifications", "", "", "Open Reqs Met?"],
        ["", "", "Sales Core", "SA Core", "PSE", ""],
        ["Acme", "EMEA", 2, 1.0, 0, "Yes"],
        merge=["C1:E1", "A1:A2", "F1:F2"],
    )
    sheet = read(content, "d.xlsx")
    assert sheet.columns == ["Partner", "Region", "Sales Core", "SA Core", "PSE", "Open Reqs Met?"]
    assert sheet.lines[0].counts == {"Region": "EMEA", "Sales Core": "2", "SA Core": "1", "PSE": "0"}


def test_a_partner_merged_down_from_the_row_above_and_names_that_stand_twice() -> None:
    content = workbook(
        ["Partner", "Badges", "", "Open Reqs Met?", "Select", ""],
        ["", "PSE", "Sales Core", "", "PSE", "Sales Core"],
        ["Acme", 1, 2, "No", 3, 4],
    )
    counts = read(content, "d.xlsx").lines[0].counts
    assert counts == {"Badges: PSE": "1", "Badges: Sales Core": "2", "Select: PSE": "3", "Select: Sales Core": "4"}
    plain = read("x,PSE,PSE,Open Reqs Met?\nAcme,1,2,Yes\n").lines[0]
    assert (plain.name, plain.counts) == ("Acme", {"PSE": "1", "PSE (2)": "2"})


def test_the_right_tab_the_values_of_formulas_and_the_day_it_was_saved() -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.append(["Account", "Open Reqs Met?"])
    first.append(["Wrong tab", "Yes"])
    tab = book.create_sheet("Certifications by Partner")
    tab.append(HEAD)
    tab.append(["Acme", 2, 1, True])
    tab.append(["Born", None, date(2022, 1, 2), "No"])
    sheet = read(saved(book), "export.xlsx")
    assert (sheet.tab, said(sheet)) == ("Certifications by Partner", [("Acme", True), ("Born", False)])
    assert sheet.lines[1].counts == {"Solution Architect Core": "2022-01-02"}
    assert sheet.as_of == book.properties.modified.date()
    assert read(saved(book), "export 2022-11-18.xlsx").as_of == date(2022, 11, 18)


def test_ids_and_any_order_of_columns() -> None:
    sheet = read("Open Reqs Met?,Account ID 18,Track,Account Name\nYes,001A000001abcDEFGH,Open,Acme\n,001B,,\n")
    assert [(line.name, line.salesforce_id, line.met) for line in sheet.lines] == [
        ("Acme", "001A000001abcDEFGH", True),
        ("", "001B", None),
    ]


FORMULAS = workbook(HEAD, ["Acme", 2, 1, '=IF(B2>1,"Yes","No")'])
REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "This file is empty."),
    "no column": (
        b"Partner,Region\nAcme,EMEA\n",
        "No column “Open Reqs Met?” was found. The first line reads “Partner”",
    ),
    "workbook without it": (workbook(["Partner", "Region"], ["Acme", "EMEA"]), "No column “Open Reqs Met?”"),
    "only that column": (b"Open Reqs Met?\nYes\n", "No column names the partner."),
    "formulas never computed": (FORMULAS, "results of the formulas are not in this file"),
    "macros": (with_parts(workbook(HEAD), {"xl/vbaProject.bin": b"x"}), "holds macros"),
    "old or locked": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel file or one with a password"),
    "cut off": (workbook(HEAD, ["Acme", 1, 1, "Yes"])[:-200], "damaged"),
    "another archive": (with_parts(b"", {"word/document.xml": b"<x/>"}), "neither an Excel workbook"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "neither an Excel workbook"),
    "a bomb": (with_parts(workbook(HEAD), {"xl/a.xml": b"\0" * 160_000_000}), "far larger unpacked"),
    "an open quotation mark": (b'Partner,Open Reqs Met?\n"Acme' + b"x" * 200_000, "cannot be read"),
    "only a head": (b"Partner,Open Reqs Met?\n", "only its head"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_dashboard_is_refused_with_a_sentence(what: str) -> None:
    content, words = REFUSED[what]
    with pytest.raises(Unfit) as refused:
        caged.sheet_of(content, "file.xlsx")
    assert words in str(refused.value)


def test_entities_are_not_resolved_and_broken_parts_are_a_sentence() -> None:
    """A document type with entities ends as a sentence, whichever part it is in."""
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>'
    parts = {"xl/workbook.xml": bomb, "[Content_Types].xml": bomb, "xl/sharedStrings.xml": bomb}
    with pytest.raises(Unfit):
        caged.sheet_of(with_parts(b"", parts), "file.xlsx")


def test_many_lines_stay_within_the_cage() -> None:
    """50,000 partners in a CSV; a workbook of as many takes 3.4 s of the cage's 10."""
    text = "Partner;Sales Core;Open Reqs Met?\n" + "".join(f"Partner {n};{n % 4};Yes\n" for n in range(50_000))
    sheet = caged.sheet_of(text.encode(), "many.csv")
    assert (len(sheet.lines), sheet.lines[-1].number) == (50_000, 50_001)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("certifications_2022-11-18.xlsx", date(2022, 11, 18)),
        ("20221118 export.csv", date(2022, 11, 18)),
        ("Stand: 18.11.2022", date(2022, 11, 18)),
        ("As of Nov 18, 2022", date(2022, 11, 18)),
        ("updated 3rd February 2023 by J", date(2023, 2, 3)),
        ("11/18/2022", date(2022, 11, 18)),
        ("2022年11月18日", date(2022, 11, 18)),
        ("4/3/2022", None),
        ("31 Nov 2022", None),
        ("version 2.0", None),
    ],
)
def test_a_day_is_read_where_there_is_only_one_way_to(text: str, day: Any) -> None:
    assert days.find(text) == day
