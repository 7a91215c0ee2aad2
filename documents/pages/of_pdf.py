"""The pages of a PDF: their words, what was filled into its form, which of them are scans, what it carries besides."""

from __future__ import annotations

import ctypes
import re
import zlib
from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _

from documents.pages import opening
from documents.pages.shapes import Page, Read
from documents.pages.tidying import tidy
from documents.pdf import layout
from documents.pdf.reading import MOST_PAGES, MOST_TEXT, library

FEW_SIGNS: Final = 20  # a stamp or a page number on a scan
COVERED: Final = 0.3  # of a page by pictures
OUTLINES: Final = 150  # so many drawn lines without a letter are letters drawn as lines
MOST_OBJECTS: Final = 3000
JUNK: Final = 0.3  # of the signs, where a font does not say which letters it draws
INVISIBLE: Final = 3  # how the text of a scan that was recognised before is drawn
MOST_FIELDS: Final = 500
_SCRIPT: Final = re.compile(rb"/(?:JavaScript|JS|Launch)\b")
_FILES: Final = re.compile(rb"/EmbeddedFiles\b")
_STREAM: Final = re.compile(rb">>\s{0,20}stream\r?\n")
_PACKED: Final = b"/ObjStm"
HEAD: Final = 1000  # bytes before a stream: what it is
MOST_PACKED: Final = 20_000_000  # bytes of all packed objects
_DAY: Final = re.compile(r"D:(\d{4})(\d{2})(\d{2})")


def read(content: bytes) -> Read:
    """Raises `Unfit` where it does not open."""
    with opening.pdf(content, forms=True) as document:
        count = len(document)
        pages = list(_pages(document, min(count, MOST_PAGES)))
        signed = list(_signatures(document))
    return Read(kind="pdf", count=count, pages=pages, warnings=_warnings(content), signed=signed)


def _pages(document: Any, count: int) -> Iterator[Page]:
    left = MOST_TEXT
    for number in range(count):
        page = _page(document, number, left)
        left -= len(page.text)
        yield page


def _page(document: Any, number: int, left: int) -> Page:
    """A broken page is an empty one."""
    try:
        page = document[number]
        text = tidy(layout.text(layout.words(page)))
        filled = _filled_in(document, page)
        scan = _is_scan(page, text)
        junk = scan and _is_junk(text)
    except library().PdfiumError:
        return Page()
    whole = "\n".join(part for part in ("" if junk else text, filled) if part)
    return Page(text=whole[:left], scan=scan, recognised=scan and len(text) >= FEW_SIGNS and not junk)


def _is_scan(page: Any, text: str) -> bool:
    """A picture fills it and nobody wrote on it, its letters are drawn as lines, or cannot be told."""
    if len(text.replace(" ", "")) >= FEW_SIGNS:
        return _is_junk(text) or _is_invisible(page)
    pictures, lines = 0.0, 0
    raw = library().raw
    width, height = page.get_size()
    for number, drawn in enumerate(page.get_objects(max_depth=2)):
        if number > MOST_OBJECTS:
            break
        if drawn.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = drawn.get_bounds()
            pictures += abs((right - left) * (top - bottom)) / max(1.0, width * height)
        lines += drawn.type == raw.FPDF_PAGEOBJ_PATH
    return pictures >= COVERED or lines >= OUTLINES


def _is_invisible(page: Any) -> bool:
    """A scanner's program has put what it recognised behind the picture."""
    raw = library().raw
    shown = hidden = 0
    for number, drawn in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=2)):
        if number > FEW_SIGNS:
            break
        mode = raw.FPDFTextObj_GetTextRenderMode(drawn.raw)
        hidden += mode == INVISIBLE
        shown += mode != INVISIBLE
    return hidden > shown


def _is_junk(text: str) -> bool:
    signs = [sign for sign in text if not sign.isspace()]
    odd = sum(sign == "\ufffd" or "\ue000" <= sign <= "\uf8ff" for sign in signs)
    return bool(signs) and odd / len(signs) > JUNK


def _filled_in(document: Any, page: Any) -> str:
    """The fields of its form as “name: value”: they are drawn over the page and are no words of it."""
    form = document.formenv
    if form is None:
        return ""
    raw = library().raw
    lines = []
    for number in range(min(raw.FPDFPage_GetAnnotCount(page.raw), MOST_FIELDS)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, number)
        if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET:
            value = _text(raw.FPDFAnnot_GetFormFieldValue, form.raw, annotation)
            name = _text(raw.FPDFAnnot_GetFormFieldAlternateName, form.raw, annotation)
            name = name or _text(raw.FPDFAnnot_GetFormFieldName, form.raw, annotation)
            if name and value and value != "Off":
                lines.append(f"{tidy(name).strip()}: {tidy(value).strip()}")
        raw.FPDFPage_CloseAnnot(annotation)
    return "\n".join(lines)


def _text(ask: Any, *place: Any) -> str:
    size = ask(*place, None, 0)
    if not 2 < size < 20_000:
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    ask(*place, buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def _signatures(document: Any) -> Iterator[str]:
    """The day of each digital signature, as its writer says; whether it is valid nobody has looked."""
    raw = library().raw
    for number in range(min(raw.FPDF_GetSignatureCount(document.raw), 20)):
        signature = raw.FPDF_GetSignatureObject(document.raw, number)
        buffer = ctypes.create_string_buffer(64)
        raw.FPDFSignatureObj_GetTime(signature, buffer, 64)
        day = _DAY.match(buffer.value.decode("latin-1"))
        yield "-".join(day.groups()) if day else ""


def _warnings(content: bytes) -> list[str]:
    found = []
    objects = _objects(content)
    if _SCRIPT.search(objects):
        found.append(_("This PDF holds a script or starts a program. Nothing of it was run; do not open it elsewhere."))
    if _FILES.search(objects):
        found.append(_("This PDF carries other files inside. They were not read."))
    return found


def _objects(content: bytes) -> bytes:
    """Its objects in clear, those that are packed too; no picture and no font, whose bytes may spell anything."""
    parts: list[bytes] = []
    at, left = 0, MOST_PACKED
    while (begins := _STREAM.search(content, at)) is not None:
        ends = content.find(b"endstream", begins.end())
        if ends < 0:
            break
        parts.append(content[at : begins.start()])
        if left > 0 and _PACKED in parts[-1][-HEAD:].rpartition(b" obj")[2]:
            parts.append(_unpacked(content[begins.end() : ends], left))
            left -= len(parts[-1])
        at = ends
    return b"\n".join((*parts, content[at:]))


def _unpacked(stream: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream, most)
    except zlib.error:
        return stream
