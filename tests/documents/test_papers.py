"""Files of partners as pages of text: whatever the type, however broken, each with its cause; and how pages look."""

from __future__ import annotations

import io
import shutil
import zlib
from collections.abc import Iterator

import pytest
from PIL import Image

from documents import cage, papers
from documents.cage import keeping, program
from documents.models import PagePicture, Paper
from documents.pages import drawing, of_pdf, reading
from documents.papers import pictures, recognising
from documents.storing import store
from documents.tables import Unfit
from tests import paper_files as files

pytestmark = pytest.mark.django_db
GIANT = 60_000


@pytest.fixture(autouse=True, scope="module")
def _one_cage() -> Iterator[None]:
    yield
    cage.close()


@pytest.fixture
def no_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.cage.program.shutil.which", lambda _name: None)


def read(content: bytes, name: str) -> Paper:
    return papers.read(store(content, name=name))


def text(content: bytes, name: str) -> str:
    return papers.text_of(read(content, name))


def test_a_pdf_is_read_line_by_line_with_its_columns() -> None:
    paper = read(files.pdf(files.STATEMENT, ("Quote\tAmount", "Q-1\tUSD 5")), "sow.pdf")
    assert (paper.kind, paper.page_count, paper.scanned, paper.refused, paper.warnings) == ("pdf", 2, False, "", [])
    assert paper.pages[0]["text"].splitlines() == list(files.STATEMENT)
    assert paper.pages[1]["text"] == "Quote\tAmount\nQ-1\tUSD 5"


def test_what_was_filled_into_a_form_is_read() -> None:
    assert "Partner Name: Northwind DevOps GmbH\nDeal ID: GL-0048213" in text(files.filled_form(), "poe.pdf")


def test_a_page_on_its_side_reads_from_left_to_right() -> None:
    paper = read(files.lying(files.STATEMENT), "scan.pdf")
    assert paper.pages[0]["text"].splitlines() == list(files.STATEMENT)
    assert all(0 <= side <= 1 for mark in pictures.marks(paper, 1, "GL-0048213") for side in mark)


def test_a_word_document_says_what_it_says_today() -> None:
    changed = "</w:t></w:r><w:del><w:r><w:delText>old</w:delText><w:t>GL-1</w:t></w:r></w:del><w:ins><w:r><w:t>GL-2"
    body = (files.BODY % changed).replace("GL-2</w:t></w:r>", "GL-2</w:t></w:r></w:ins>")
    assert text(files.word_of_parts(body), "a.docx").split() == ["GL-2"]
    paper = read(files.word(files.STATEMENT, ("Page two",), table=(("Deal ID", "GL-7"),), head="PO 4711"), "sow.docx")
    assert paper.page_count == 2
    assert paper.pages[0]["text"].startswith("PO 4711\n")
    assert paper.pages[1]["text"].splitlines() == ["Page two", "Deal ID\tGL-7"]


def test_tabs_of_a_workbook_are_pages() -> None:
    paper = read(files.workbook({"Order": [["PO No.", "Total"], ["4711", 80000]], "Terms": [["30 days"]]}), "po.xlsx")
    assert [page["text"] for page in paper.pages] == ["PO No.\tTotal\n4711\t80000", "30 days"]
    assert text(b"PO;Total\n4711;5\n", "po.csv") == "PO\tTotal\n4711\t5"


def test_a_web_page_is_what_is_seen_of_it() -> None:
    page = b"<html><script>var deal = 'GL-1'</script><table><tr><td>Deal ID</td><td>GL-2</td></tr></table></html>"
    assert text(page, "a.html").split() == ["Deal", "ID", "GL-2"]


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
def test_a_scan_is_recognised_and_said_to_be_one() -> None:
    paper = read(files.scan(files.STATEMENT), "scan.pdf")
    assert (paper.scanned, paper.pages[0]["scan"], paper.pages[0]["ocr"]) == (True, True, True)
    assert "GL-0048213" in paper.pages[0]["text"]
    (mark,) = pictures.marks(paper, 1, "GL-0048213")
    assert 0.3 < mark.left < mark.right < 0.7
    assert 0.15 < mark.top < mark.bottom < 0.2
    assert "Northwind DevOps GmbH" in text(files.photograph(files.STATEMENT, "JPEG"), "photo.jpg")


@pytest.mark.parametrize(
    ("english", "there", "read_in"),
    [
        ("The services of the customer and the partner", "eng deu jpn", ["eng"]),
        ("Die Leistung wird von der Firma und dem Kunden", "eng deu jpn", ["eng", "deu+eng"]),
        ("Die Leistung wird von der Firma und dem Kunden", "eng", ["eng"]),
        ("?|] ;= ~", "eng deu jpn kor", ["eng", "jpn+eng"]),
        ("", "eng jpn", ["eng"]),  # a photograph of nothing
    ],
)
def test_a_scan_is_read_in_the_language_that_it_seems(
    monkeypatch: pytest.MonkeyPatch, english: str, there: str, read_in: list[str]
) -> None:
    """Tesseract is played: it is sure of what makes sense."""
    asked: list[str] = []

    def tesseract(_name: str, arguments: list[str], _picture: bytes, **_more: float) -> bytes:
        asked.append(arguments[3])
        sure = 90 if asked[-1] != "eng" or english[:1].isalpha() else 35
        lines = (f"5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t{sure}\t{word}" for word in english.split())
        return "\n".join(["head", *lines]).encode()

    monkeypatch.setattr("documents.papers.tongues.installed", lambda: frozenset(there.split()))
    monkeypatch.setattr("documents.cage.program.run", tesseract)
    words, sure = recognising._told(b"picture", until=float("inf"))
    assert (asked, len(words), sure) == (read_in, len(english.split()), 90 if english else 0)


@pytest.mark.usefixtures("no_tesseract")
def test_without_tesseract_a_scan_goes_to_a_person() -> None:
    paper = read(files.scan(files.STATEMENT), "scan.pdf")
    assert (paper.refused, paper.scanned, paper.pages) == ("", True, [{"text": "", "scan": True, "ocr": False}])
    drawn = pictures.picture_of(paper, 1)
    assert drawn is not None
    assert drawn.width == 1240


def test_a_program_behind_the_walls_reaches_nothing() -> None:
    """It gives back what it reads; it can neither connect nor write nor start another."""
    assert program.run("cat", [], b"a picture") == b"a picture"
    assert program.run("sh", ["-c", "cat < /dev/null | cat"], b"") is None
    assert program.run("sh", ["-c", "echo x > /tmp/phd-must-not-be"], b"") is None
    python = "import socket; socket.create_connection(('127.0.0.1', 9))"
    assert program.run("python3", ["-c", python], b"") is None
    assert program.run("no-such-program", [], b"") is None


REFUSED = {
    "password": (files.pdf(files.STATEMENT, password="secret"), "a.pdf", "has a password"),
    "damaged": (b"%PDF-1.7\n" + b"\0" * 4000, "a.pdf", "is damaged"),
    "empty": (b"", "a.pdf", "is empty"),
    "word bomb": (files.word_of_parts(files.BODY % ("x" * 30_000_000)), "a.docx", "far larger unpacked"),
    "entities": (
        files.word_of_parts(f'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>{files.BODY % "&b;"}'),
        "a.docx",
        "declares entities",
    ),
    "nested": (
        files.word_of_parts(files.BODY % ("</w:t>" + "<w:p>" * 400 + "</w:p>" * 400 + "<w:t>")),
        "a.docx",
        "nested too deeply",
    ),
    "half a document": (files.word_of_parts(files.BODY[:60]), "a.docx", "is damaged"),
    "program": (b"MZ" + b"\0" * 100, "a.pdf", "is a program"),
    "archive": (files.archive({"a.txt": b"x"}), "a.zip", "is an archive"),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", "old Office file"),
    "office with a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "a.docx",
        "has a password",
    ),
    "noise": (bytes(range(256)) * 8, "a.dat", "type of file is not read"),
    "giant picture": (files.giant_picture(GIANT), "a.png", "far larger than a page"),
    "broken picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "a.png", "picture is damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_kept_with_its_cause(name: str) -> None:
    content, called, cause = REFUSED[name]
    paper = read(content, called)
    assert cause in paper.refused
    assert papers.text_of(paper) == ""
    assert pictures.picture_of(paper, 1) is None
    assert papers.read(paper.stored).pk == paper.pk


def test_what_is_larger_than_any_paper_is_not_even_opened() -> None:
    stored = store(b"%PDF-1.7", name="a.pdf")
    stored.size = 200 * 1024 * 1024
    stored.key.delete(save=False)
    refused = papers.read(stored).refused.replace("\N{NO-BREAK SPACE}", " ")
    assert refused == "This file is 200 MB. Files up to 50 MB are read; open this one yourself."


def test_a_file_that_computes_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF of a kilobyte; the next file is read as if nothing had been."""
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "CPU_SECONDS", 0)
        refused = read(files.pdf_without_end(), "bomb.pdf").refused
    assert refused in {  # it also grows: on a busy machine its memory may end first
        "Reading it took more than 0 seconds of computing. A person has to look at it.",
        "It stops the program that reads it, as a damaged or a hostile file does.",
    }
    assert text(files.pdf(files.STATEMENT), "next.pdf").startswith("STATEMENT")


def test_no_reader_has_more_than_500_megabytes() -> None:
    for task in (reading.read, drawing.draw, drawing.draw_to_recognise, drawing.words):
        assert keeping.allowed[keeping.name_of(task)] == 500


def test_another_type_than_its_name_says_is_said() -> None:
    paper = read(files.word(("Deal ID: GL-1",)), "po.pdf")
    assert (paper.kind, paper.warnings) == ("word", ["It is called po.pdf and is a Word document."])
    assert papers.text_of(paper) == "Deal ID: GL-1"


def test_scripts_and_macros_are_told_and_never_run() -> None:
    action = b"/OpenAction << /S /JavaScript /JS (x) >> /Type /Catalog"
    scripted = files.pdf(("Deal ID: GL-1",)).replace(b"/Type /Catalog", action)
    assert "holds a script" in read(scripted, "a.pdf").warnings[0]
    packed = zlib.compress(b"7 0 << /S /JavaScript /JS (x) >>")
    hidden = b"9 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\r\n" + packed + b"\nendstream endobj\n"
    assert "holds a script" in of_pdf._warnings(scripted.replace(action, hidden))[0]
    assert of_pdf._warnings(b"8 0 obj\n<< /Subtype /Image >>\nstream\n\0/JS \0/EmbeddedFiles\nendstream endobj") == []
    macros = files.word_of_parts(files.BODY % "Deal ID: GL-1", word__vbaProject_DOT_bin=b"x")
    assert "holds macros" in read(macros, "a.docm").warnings[0]


def test_what_was_not_read_of_a_long_file_is_said() -> None:
    paper = read(files.pdf(*[("Deal ID: GL-1",)] * 52), "long.pdf")
    assert paper.warnings == ["It has 52 pages. The first 50 were read; look through the others yourself."]
    assert "very long" in read(b"word " * 50_000, "long.txt").warnings[0]


def test_a_picture_as_large_as_may_be_is_drawn_and_one_that_cannot_be_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = io.BytesIO()
    Image.new("P", (7700, 7700)).save(file, "PNG")
    drawn = drawing.Drawn(*cage.run(drawing.draw, file.getvalue(), 1))
    assert (drawn.width, drawn.height) == (1240, 1240)
    tried: list[int] = []
    paper = read(files.pdf(files.STATEMENT), "sow.pdf")

    def stops(*_given: object) -> drawing.Drawn:
        tried.append(1)
        raise Unfit("It stops the program.")

    monkeypatch.setattr("documents.papers.caged.run", stops)
    assert [pictures.picture_of(paper, 1), pictures.picture_of(Paper.objects.get(), 1), tried] == [None, None, [1]]


def test_a_workbook_with_entities_or_macros_is_refused() -> None:
    book = files.workbook({"A": [["x"]]})
    attack = files.replaced(book, "xl/worksheets/sheet1.xml", files.SHEET_WITH_AN_ENTITY)
    assert "declares entities" in read(attack, "a.xlsx").refused
    assert "macros" in read(files.replaced(book, "xl/vbaProject.bin", b"x"), "a.xlsm").refused


def test_the_same_bytes_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = read(files.pdf(files.STATEMENT), "sow.pdf")
    monkeypatch.setattr(papers.keeping, "_row", None)
    again = read(files.pdf(files.STATEMENT), "sow.pdf")
    assert (again.pk, again.pages) != (first.pk, [])
    assert again.pages == first.pages


def test_nothing_is_kept_while_the_cage_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = store(files.pdf(files.STATEMENT), name="sow.pdf")
    cage.close()
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "command", lambda: ["false"])
        with pytest.raises(OSError, match="did not start"):
            papers.read(stored)
    assert not Paper.objects.exists()
    assert papers.read(stored).page_count == 1


def test_a_page_is_drawn_once_and_its_words_are_found_on_it() -> None:
    paper = read(files.pdf(files.STATEMENT), "sow.pdf")
    drawn = pictures.picture_of(paper, 1)
    assert drawn is not None
    image = Image.open(io.BytesIO(drawn.picture.read()))
    assert image.size == (drawn.width, drawn.height) == (1240, 1754)
    (mark,) = pictures.marks(paper, 1, "gl-0048213")
    box = (mark.left * 1240, mark.top * 1754, mark.right * 1240, mark.bottom * 1754)
    assert any(image.convert("L").crop(box).histogram()[:80])  # ink is in the box
    assert pictures.picture_of(paper, 1) == drawn
    assert PagePicture.objects.count() == 1
    assert pictures.picture_of(paper, 2) is None
    assert pictures.marks(paper, 1, "nowhere") == []


def test_recognising_ends_where_the_time_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognising, "PATIENCE", 0.0)
    assert read(files.scan(files.STATEMENT), "scan.pdf").pages[0]["ocr"] is False
