"""Files as partners send them, and as attackers do: made here, byte by byte or by the libraries that make them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache

from docx import Document
from docx.enum.text import WD_BREAK
from openpyxl import Workbook
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

STATEMENT = (
    "STATEMENT OF WORK",
    "Partner Name: Northwind DevOps GmbH",
    "Customer Name: Havelland Klinik AG",
    "Service Attach Deal ID: GL-0048213",
    "Signed on 18 November 2022",
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET_WITH_AN_ENTITY = (
    b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    b'<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
)
BODY = f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body></w:document>'


def pdf(*pages: Sequence[str], password: str = "", rotated: int = 0) -> bytes:
    """Each line of a page under the other; a tab in a line begins a column."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, encrypt=StandardEncryption(password) if password else None, invariant=1)
    for lines in pages:
        canvas.setPageRotation(rotated)
        for number, line in enumerate(lines):
            for column, text in enumerate(line.split("\t")):
                canvas.drawString(60 + 200 * column, 780 - 24 * number, text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def scan(*pages: Sequence[str]) -> bytes:
    """A PDF of photographs of text."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    for lines in pages:
        canvas.drawImage(ImageReader(io.BytesIO(photograph(lines))), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@lru_cache
def photograph(lines: Sequence[str], kind: str = "PNG") -> bytes:
    image = Image.new("L", (1240, 1754), 250)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(34)
    for number, line in enumerate(lines):
        draw.text((130, 120 + 60 * number), line, fill=20, font=font)
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def word(*pages: Sequence[str], table: Sequence[Sequence[str]] = (), head: str = "") -> bytes:
    document = Document()
    if head:
        document.sections[0].header.paragraphs[0].text = head
    for number, lines in enumerate(pages):
        if number:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        for line in lines:
            document.add_paragraph(line)
    if table:
        rows = document.add_table(rows=len(table), cols=len(table[0]))
        for row, cells in enumerate(table):
            for column, text in enumerate(cells):
                rows.cell(row, column).text = text
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def workbook(tabs: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    book = Workbook(write_only=True)
    for title, rows in tabs.items():
        tab = book.create_sheet(title)
        for row in rows:
            tab.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def word_of_parts(body: str, **more: bytes) -> bytes:
    """A Word document with exactly these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", body)
        for name, content in more.items():
            archive.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return file.getvalue()


def filled_form() -> bytes:
    """A PDF whose values are in the fields of its form, not on the page."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    canvas.drawString(60, 780, "Proof of execution")
    canvas.acroForm.textfield(name="partner", tooltip="Partner Name", value="Northwind DevOps GmbH", x=60, y=700)
    canvas.acroForm.textfield(name="deal", tooltip="Deal ID", value="GL-0048213", x=60, y=640)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def lying(lines: Sequence[str]) -> bytes:
    """A page whose text stands on its side, as a scanner or a landscape sheet leaves it."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    canvas.translate(80, 100)
    canvas.rotate(90)
    for number, line in enumerate(lines):
        canvas.drawString(0, -24 * number, line)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def archive(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return file.getvalue()


def replaced(content: bytes, name: str, part: bytes) -> bytes:
    """The same archive with another part, or one more."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return archive({one: opened.read(one) for one in opened.namelist() if one != name} | {name: part})


def giant_picture(side: int) -> bytes:
    """A PNG that says it has so many dots on each side."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def pdf_without_end(levels: int = 6) -> bytes:
    """A kilobyte that draws a drawing ten times, which draws another ten times, and so on."""
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << %s >> /Length %d >> stream\n%s\nendstream"
    draws = b"/F Do " * 10
    return pdf_of_objects(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /XObject << /F 5 0 R >> >> >>",
        b"<< /Length 6 >> stream\n/F Do \nendstream",
        *(form % (b"/XObject << /F %d 0 R >>" % (6 + level), len(draws), draws) for level in range(levels)),
        form % (b"", 11, b"0 0 5 5 re f"),
    )


def pdf_of_objects(*objects: bytes) -> bytes:
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj %s endobj\n" % pair for pair in enumerate(objects, start=1))
    return body + b"trailer << /Root 1 0 R /Size %d >>\n%%%%EOF" % (len(objects) + 1)
