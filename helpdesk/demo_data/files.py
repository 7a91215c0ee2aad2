"""Real small files for the demo's mails: papers, a picture, a table."""

from __future__ import annotations

import csv
import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from helpdesk.demo_data import papers

OFFICE = "application/vnd.openxmlformats-officedocument"
_PAPERS = {
    "pdf": (papers.pdf, "application/pdf"),
    "docx": (papers.word, f"{OFFICE}.wordprocessingml.document"),
    "xlsx": (papers.sheet, f"{OFFICE}.spreadsheetml.sheet"),
}


def made(wanted: Mapping[str, Any]) -> tuple[str, bytes, str]:
    """Name, bytes and media type of a file as a story describes it."""
    name = str(wanted["name"])
    kind = name.rpartition(".")[2]
    if kind in _PAPERS:
        make, media = _PAPERS[kind]
        return name, papers.scan(wanted) if wanted.get("scan") else make(wanted), media
    if kind == "png":
        return name, png(wanted.get("used", 13), wanted.get("of", 10)), "image/png"
    if kind == "csv":
        return name, table(wanted["rows"]), "text/csv"
    return name, "\n".join(wanted["lines"]).encode(), "text/plain"


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


def _picture(rows: Sequence[bytes], *, width: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    content = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    parts = [_chunk(b"IHDR", header), _chunk(b"IDAT", content), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
