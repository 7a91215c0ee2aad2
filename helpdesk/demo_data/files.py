"""Real small files for the demo's mails: a PDF with text, a picture, a table."""

from __future__ import annotations

import csv
import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

PAGE = (595, 842)  # A4 in points
LINE = 16
TOP = 780
LEFT = 64


def made(wanted: Mapping[str, Any]) -> tuple[str, bytes, str]:
    """Name, bytes and media type of a file as a story describes it."""
    name = str(wanted["name"])
    kind = name.rpartition(".")[2]
    if kind == "pdf":
        return name, pdf(wanted["title"], wanted["lines"]), "application/pdf"
    if kind == "png":
        return name, png(wanted.get("used", 13), wanted.get("of", 10)), "image/png"
    if kind == "csv":
        return name, table(wanted["rows"]), "text/csv"
    return name, "\n".join(wanted["lines"]).encode(), "text/plain"


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """One page: a headline, a rule below it, lines of text."""
    text = [f"BT /F2 18 Tf {LEFT} {TOP} Td ({_escaped(title)}) Tj ET", f"{LEFT} {TOP - 12} m 531 {TOP - 12} l S"]
    for number, line in enumerate(lines):
        text.append(f"BT /F1 11 Tf {LEFT} {TOP - 40 - LINE * number} Td ({_escaped(line)}) Tj ET")
    stream = "\n".join(text).encode("cp1252", "replace")
    return _document(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 6 0 R " % PAGE
            + b"/Resources << /Font << /F1 4 0 R /F2 5 0 R >> >> >>",
            _font(b"Helvetica"),
            _font(b"Helvetica-Bold"),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    )


def png(used: int, of: int, *, width: int = 480, height: int = 120) -> bytes:
    """A bar of seats: those in use in one tone, the free or missing ones in another."""
    inside, spent, over = (226, 228, 233), (79, 91, 213), (200, 62, 52)
    most = max(used, of)
    columns = [spent if x * most // width < min(used, of) else (over if used > of else inside) for x in range(width)]
    blank = bytes((255, 255, 255)) * width
    bar = b"".join(bytes(colour) for colour in columns)
    return _picture([bar if height // 3 <= y < 2 * height // 3 else blank for y in range(height)], width=width)


def logo(*, width: int = 296, height: int = 72) -> bytes:
    """Two peaks, the nearer one brighter, on the ground of a letter head."""
    ground, far, near = (18, 51, 74), (63, 124, 166), (214, 233, 245)
    rows = []
    for y in range(height):
        line = [ground] * width
        for middle, top, tone in ((118, 20, far), (64, 8, near)):
            reach = max(0, y - top) * 3 // 4
            line[max(0, middle - reach) : middle + reach] = [tone] * (
                min(width, middle + reach) - max(0, middle - reach)
            )
        rows.append(b"".join(bytes(tone) for tone in line))
    return _picture(rows, width=width)


def table(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _document(objects: Sequence[bytes]) -> bytes:
    out = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return out


def _font(name: bytes) -> bytes:
    return b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % name


def _picture(rows: Sequence[bytes], *, width: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    content = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    parts = [_chunk(b"IHDR", header), _chunk(b"IDAT", content), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
