"""Documents as partners send them: statements of work, orders and invoices as PDF, Word or Excel, and scans of them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

import docx
from openpyxl import Workbook
from PIL import Image, ImageFilter
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from documents.pdf.reading import library

Words = Mapping[str, Any]
INK: Final = colors.HexColor("#22262e")
LINE: Final = colors.HexColor("#c9ced8")
PEN: Final = colors.HexColor("#1f3f9e")
BODY: Final = ParagraphStyle("body", fontName="Helvetica", fontSize=10.5, leading=16, textColor=INK)
HEAD: Final = ParagraphStyle("head", parent=BODY, fontName="Helvetica-Bold", fontSize=18, leading=24, spaceAfter=10)
PART: Final = ParagraphStyle("part", parent=BODY, fontName="Helvetica-Bold", fontSize=12, leading=18, spaceBefore=8)
DARKNESS: Final = 0.82  # of a scan that “is a bit dark”
DOTS: Final = 110 / 72


class Signature(Flowable):
    """A line with who signed when below it, and a stroke of the pen on it."""

    width, height = 78 * mm, 30 * mm

    def __init__(self, party: str, name: str, on: str) -> None:
        super().__init__()
        self.party, self.name, self.on = party, name, on

    def wrap(self, *_room: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        pen = self.canv
        if self.name:
            pen.setStrokeColor(PEN)
            pen.setLineWidth(1.2)
            for place, rise in enumerate((14, 6, 18, 4, 12)):
                left = 6 + place * 22
                pen.bezier(left, 40, left + 6, 40 + rise, left + 14, 40 - rise / 2, left + 22, 42)
        pen.setStrokeColor(LINE)
        pen.line(0, 34, self.width, 34)
        pen.setFillColor(INK)
        pen.setFont("Helvetica", 9.5)
        pen.drawString(0, 20, f"{self.party}: {self.name or '_' * 24}")
        pen.drawString(0, 7, f"Date: {self.on}" if self.on else "Date:")


def pdf(words: Words) -> bytes:
    """`title`, `lines`, and where a story says so `table`, `signatures` and further `pages` of lines."""
    out = io.BytesIO()
    paper = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=24 * mm, rightMargin=24 * mm, topMargin=26 * mm, bottomMargin=24 * mm,
        title=words["title"], author=words.get("author", ""), invariant=1,
    )  # fmt: skip
    paper.build(list(_flow(words)), onFirstPage=_numbered, onLaterPages=_numbered)
    return out.getvalue()


def scan(words: Words) -> bytes:
    """The same paper off a scanner: pictures of its pages, grey, a little askew and without a letter of text."""
    pictures = [_scanned(page) for page in _pictures(pdf(words))]
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=72 * DOTS)
    return out.getvalue()


def word(words: Words) -> bytes:
    """The same as a Word document."""
    paper, out = docx.Document(), io.BytesIO()
    paper.add_heading(words["title"], level=1)
    for line in [*words.get("lines", ()), *(line for page in words.get("pages", ()) for line in page)]:
        paper.add_paragraph(line)
    if rows := words.get("table"):
        table = paper.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    for party, name, on in words.get("signatures", ()):
        paper.add_paragraph(f"{party}: {name}\nDate: {on}")
    paper.save(out)
    return out.getvalue()


def sheet(words: Words) -> bytes:
    """The rows of a workbook."""
    book, out = Workbook(write_only=True), io.BytesIO()
    page = book.create_sheet(words["title"][:30])
    for row in words["rows"]:
        page.append(row)
    book.save(out)
    return out.getvalue()


def _flow(words: Words) -> Iterator[Flowable]:
    yield Paragraph(escape(words["title"]), HEAD)
    yield from _lines(words.get("lines", ()))
    if "table" in words:
        yield Spacer(0, 10)
        yield _table(words["table"])
    for page in words.get("pages", ()):
        yield PageBreak()
        yield from _lines(page)
    if signatures := words.get("signatures"):
        yield Spacer(0, 24)
        yield Table([[Signature(*one) for one in signatures]], hAlign="LEFT")


def _lines(lines: Sequence[str]) -> Iterator[Flowable]:
    """An empty line is a gap; one that begins with “§” is a headline."""
    for line in lines:
        if not line:
            yield Spacer(0, 8)
        else:
            yield Paragraph(escape(line), PART if line.startswith("§") else BODY)


def _table(rows: Sequence[Sequence[str]]) -> Table:
    table = Table([[Paragraph(escape(text), BODY) for text in row] for row in rows], hAlign="LEFT")
    table.setStyle(TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return table


def _numbered(pen: Canvas, paper: SimpleDocTemplate) -> None:
    pen.setFont("Helvetica", 8)
    pen.setFillColor(LINE)
    pen.drawRightString(A4[0] - 24 * mm, 14 * mm, str(paper.page))


def _pictures(content: bytes) -> Iterator[Image.Image]:
    paper = library().PdfDocument(content)
    for page in paper:
        yield page.render(scale=DOTS).to_pil()
    paper.close()


def _scanned(page: Image.Image) -> Image.Image:
    grey = page.convert("L").rotate(0.6, fillcolor=255, resample=Image.Resampling.BICUBIC)
    return grey.point(lambda tone: int(tone * DARKNESS)).filter(ImageFilter.GaussianBlur(0.4))
