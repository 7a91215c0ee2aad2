"""Statements of work as partners send them, drawn for the tests."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

SIGNED = "Signed for the Customer by: Dr. Ute Lorenz"
LINES = (
    "Statement of Work",
    "Partner Name: Northwind DevOps GmbH",
    "Customer Name: Havelland Klinik AG",
    "Service Attach Deal ID: GL-0048213",
    "Services begin on: 2 November 2026",
    "Services end on: 20 January 2027",
    SIGNED,
    "Signed on: 18 November 2026",
)


def sow(*lines: str, without: Sequence[str] = (), **instead: str) -> bytes:
    """A page with these lines; else the whole statement, `without` those that begin so."""
    kept = [line for line in (lines or LINES) if not line.startswith(tuple(without) or ("\0",))]
    return pdf([[instead.get(line.partition(":")[0].replace(" ", "_"), line) for line in kept]])


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for lines in pages:
        for row, line in enumerate(lines):
            canvas.drawString(72, 760 - 22 * row, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def page_of(lines: Sequence[str]) -> bytes:
    """A photograph of a page with these lines."""
    image = Image.new("L", (1240, 1754), 255)
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        draw.text((120, 160 + 70 * row), line, fill=0, font_size=36)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def scan(picture: bytes) -> bytes:
    """A page that is nothing but a picture."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawImage(ImageReader(io.BytesIO(picture)), 0, 0, 595, 842)
    canvas.save()
    return out.getvalue()


def encrypted(content: Sequence[str] = LINES) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt="a secret")
    for row, line in enumerate(content):
        canvas.drawString(72, 760 - 22 * row, line)
    canvas.save()
    return out.getvalue()
