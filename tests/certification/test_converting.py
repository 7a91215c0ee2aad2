"""From a file to its summary, through the cage: what is written, who is in it, and the command."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from certification import export
from certification.export import converting
from certification.export.people import Person
from certification.table import columns, encoding, reading, separated
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


def test_rows_are_left_out_and_the_others_keep_what_they_say() -> None:
    with (HERE / "two-companies.csv").open("rb") as file:
        made = export.convert(file, None, name="two-companies.csv")
    assert made.companies == {"Brisa GmbH": [2, 3], "Brisa Inc.": [4]}
    rest = export.convert(HERE / "two-companies.csv", None, name="two-companies.csv", leave_out=[4])
    assert (rest.rows, dict(rest.domains)) == (2, {"brisa.example": 2})
    assert rest.table == b"".join(made.table.splitlines(keepends=True)[:3])
    assert not [one for one in rest.remarks if "companies" in one]


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
        assert words in reading.read(content, []).refused


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
        made = reading.read(content, [])
        assert made.counts["Professional Services 2022"] == 2
        assert made.table.decode("utf-8-sig").splitlines()[0].endswith(",PSE Certified 2021,Professional Services 2022")
    finally:
        columns.columns.cache_clear()


def test_the_command(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    table = (HERE / "inactive-with-badges.table").read_bytes()
    call_command("certification_report", str(HERE / "inactive-with-badges.csv"))
    said = capfdbinary.readouterr()
    assert said.out == table
    lines = said.err.decode().splitlines()
    assert lines[0] == "3 rows, 3 people, 2 of them active"
    assert lines[1:3] == ["      2  Solution Architect Core Training", "      3  Sales Core Training"]
    assert lines[-1] == "note: Row 4: holds certifications, and the account is not activated."
    out = tmp_path / "report.csv"
    call_command("certification_report", str(HERE / "inactive-with-badges.csv"), "-o", str(out))
    call_command("certification_report", str(out), "-o", str(out), "-v", "0")
    assert out.read_bytes() == table
    call_command("certification_report", str(out), "--no-bom", "-v", "0")
    assert capfdbinary.readouterr().out == table.removeprefix(b"\xef\xbb\xbf")
    assert [path.name for path in tmp_path.iterdir()] == ["report.csv"]
    for export_file, out_file, words in [
        (HERE / "without-many.csv", out, "These columns are missing"),
        (tmp_path / "nowhere.csv", out, "cannot be read: No such file"),
        (HERE / "plain.csv", tmp_path / "no" / "report.csv", "cannot be written: No such file"),
    ]:
        with pytest.raises(CommandError, match=words):
            call_command("certification_report", str(export_file), "-o", str(out_file))
    assert out.read_bytes() == table
