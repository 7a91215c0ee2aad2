"""From a file to its summary, through the cage: what is written, who is in it, and the command."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from certification import export
from certification.export import converting
from certification.export.people import Person
from certification.table import columns, encoding, reading, separated
from certification.table.cells import harmless
from partners.team import Member
from tests.certification.test_exports import HERE


def test_a_summary_and_its_people() -> None:
    out = io.BytesIO()
    made = export.convert(HERE / "nothing-said.csv", out, name="nothing-said.csv")
    assert out.getvalue() == made.table == (HERE / "nothing-said.table").read_bytes()
    assert dict(made.domains) == {"brisa.example": 3}
    assert made.holders == {
        "Solution Architect Core Training": 1,
        "Sales Core Training": 1,
        "Sales Professional Accreditation": 0,
        "PSE Certified 2020": 0,
        "PSE Certified 2021": 0,
    }
    ann, nobody_knows, idle = made.members
    assert ann == Person(
        row=2,
        name="Ann Lee",
        email="ann@brisa.example",
        country="United Kingdom",
        active=True,
        admin=True,
        courses=("SA Verified", "Sales Badged"),
    )
    assert ann.member == Member(ann.name, ann.email, ann.country, True, True, ann.courses)
    assert [nobody_knows.active, idle.active] == [None, False]
    assert [one.row for one in made.members] == [2, 3, 4], "as often as asked"


def test_people_are_called_as_they_were_before_their_cells_were_marked() -> None:
    made = export.convert(HERE / "formulas.csv", None, name="formulas.csv")
    assert [one.name for one in made.members][:3] == ["=1+1", "+SUM(A1)", "-2+3+cmd|' /C calc'!A0"]


@pytest.mark.parametrize(
    ("said", "safe", "as_phone"),
    [
        ("-", "-", "-"),
        ("+49 (0)30/123", "'+49 (0)30/123", "+49 (0)30/123"),
        ("+49 30 1 ext. 12", "'+49 30 1 ext. 12", "+49 30 1 ext. 12"),
        ("+1+1", "'+1+1", "'+1+1"),
        ("-2+3", "'-2+3", "'-2+3"),
        ("+49;=1+1", "'+49;'=1+1", "'+49;'=1+1"),
        ("\uff0b49", "'\uff0b49", "'\uff0b49"),
    ],
)
def test_nothing_is_computed_and_phones_stay_legible(said: str, safe: str, as_phone: str) -> None:
    assert (harmless(said), harmless(said, phone=True)) == (safe, as_phone)
    assert harmless(safe) == safe


def test_rows_are_left_out_and_the_others_keep_what_they_say() -> None:
    with (HERE / "two-companies.csv").open("rb") as file:
        made = export.convert(file, None, name="two-companies.csv")
    assert made.companies == {"Brisa GmbH": [2, 3], "Brisa Inc.": [4]}
    rest = export.cut(made.table, leave_out=[4])
    assert rest.table == b"".join(made.table.splitlines(keepends=True)[:3])
    again = export.convert(io.BytesIO(rest.table), None, name="again.csv")
    assert (rest.rows, rest.counts, rest.table) == (2, again.counts, again.table)
    for path in HERE.glob("*.table"):
        whole = path.read_bytes()
        assert export.cut(whole, leave_out=[]).table == whole


def test_nothing_is_written_of_what_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with pytest.raises(export.Refused, match="These columns are missing: “PSE Certified 2021”"):
        export.convert(HERE / "without-pse-2021.csv", out, name="x.csv")
    monkeypatch.setattr(converting, "MOST_BYTES", 1000)
    with pytest.raises(export.Refused, match=r"huge.csv is larger than"):
        export.convert(io.BytesIO(b"x" * 1001), out, name="huge.csv")
    assert out.getvalue() == b""


def test_lines_cells_and_rows_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = (HERE / "plain.csv").read_bytes()
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    for content, words in [
        (b"x" * (separated.LONGEST_LINE + 1), "far longer than the line of a person"),
        (plain + b'"' + b"a\r\n" * separated.LONGEST_CELL, "never closed"),
        (plain + b"," * 5000, "more cells than an export has"),
        (plain, "more than 2 people"),
    ]:
        assert words in reading.read(content).refused


def test_letters_tell_the_encoding() -> None:
    for text, name in (
        ("Seán O\u2019Brien, l\u2019avenue de l\u2019Église", "cp1252"),
        ("Anna O\u2019Brien \u2013 Brisa\u2019s best, rue de l\u2019Œuvre, Sacré-Cœur", "cp1252"),
        ("O\u2019Brien", "cp1252"),
        ("José García López, España, 3º 2ª", "cp1252"),
        ("José García López, España", "mac_roman"),
        ("René Bücher, Straße", "mac_roman"),
        ("Žiga Škof, Črnomelj", "cp1250"),
        ("Paweł Wójcik, ul. Świętokrzyska, Łódź", "cp1250"),
        ("Ōta 太田, 東京都大田区蒲田", "utf-8"),
        ("太田 次郎, 東京都大田区蒲田", "cp932"),
        ("陳大文 台北市中正路五號", "big5"),
        ("Γιώργος Παπαδόπουλος, Αθήνα", "cp1253"),
    ):
        content = f"User: Full Name,User: Email\r\n{text},a@brisa.example\r\n".encode(name)
        found, notes = encoding.of(content)
        assert content.decode(found, encoding.ERRORS.get(found, "strict")) == content.decode(name), text
        assert bool(notes) is (name != "utf-8"), text


def test_a_course_of_a_new_year_is_one_more_column(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    more = '\n[[column]]\nfield = "PSE Certified 2022"\ntitle = "Professional Services 2022"\nholds = "course"\n'
    data = tmp_path / "columns.toml"
    data.write_text(columns.DATA.read_text(encoding="utf-8") + more, encoding="utf-8")
    monkeypatch.setattr(columns, "DATA", data)
    columns.columns.cache_clear()
    try:
        content = b"".join(
            line.replace(b"\r\n", end)
            for line, end in zip(
                (HERE / "plain.csv").read_bytes().splitlines(keepends=True),
                [b",User: PSE Certified 2022\r\n", b",True\r\n", b",False\r\n", b",True\r\n"],
                strict=True,
            )
        )
        made = reading.read(content)
        assert made.counts["Professional Services 2022"] == 2
        assert made.table.decode("utf-8-sig").splitlines()[0].endswith(",PSE Certified 2021,Professional Services 2022")
    finally:
        columns.columns.cache_clear()


def test_the_command(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Plain UTF-8 for outside programs, with `--bom` what the desk attaches; a file appears whole or not at all."""
    marked = (HERE / "inactive-with-badges.table").read_bytes()
    table = marked.removeprefix(b"\xef\xbb\xbf")
    call_command("certification_report", str(HERE / "inactive-with-badges.csv"))
    said = capfdbinary.readouterr()
    assert said.out == table
    assert said.out.startswith(b"Full Name,Email,Mailing Street,")
    lines = said.err.decode().splitlines()
    assert lines[0] == "3 rows, 3 people, 2 of them active"
    assert lines[1:3] == ["      2  Solution Architect Core Training", "      3  Sales Core Training"]
    assert lines[-1] == "note: Row 4: holds certifications, and the account is not activated."
    out, link = tmp_path / "report.csv", tmp_path / "link.csv"
    link.symlink_to(out)
    call_command("certification_report", str(HERE / "inactive-with-badges.csv"), "-o", str(link))
    assert (link.is_symlink(), out.read_bytes()) == (True, table)
    call_command("certification_report", str(out), "-o", str(out), "--bom", "-v", "0")
    assert out.read_bytes() == marked
    call_command("certification_report", str(out), "-v", "0")
    assert capfdbinary.readouterr().out == table
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.csv", "report.csv"]
    for export_file, out_file, words in [
        (HERE / "without-many.csv", out, "These columns are missing"),
        (tmp_path / "nowhere.csv", out, "cannot be read: No such file"),
        (tmp_path, out, "cannot be read: Is a directory"),
        (HERE / "workbook.xlsx", tmp_path / "workbook.xlsx", "Name a .csv with -o"),
        (HERE / "plain.csv", tmp_path, "cannot be written: Is a directory"),
        (HERE / "plain.csv", tmp_path / "no" / "report.csv", "cannot be written: No such file"),
    ]:
        with pytest.raises(CommandError, match=words):
            call_command("certification_report", str(export_file), "-o", str(out_file))
    assert out.read_bytes() == marked


def test_the_command_leaves_devices_and_pipes_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    call_command("certification_report", str(HERE / "nobody.csv"), "-o", str(pipe), "-v", "0")
    assert os.read(reader, 100_000).startswith(b"Full Name,Email,")
    os.close(reader)
    assert pipe.is_fifo()
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(CommandError, match="Standard output is closed"):
        call_command("certification_report", str(HERE / "nobody.csv"))
