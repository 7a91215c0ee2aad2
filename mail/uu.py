"""Files written into the text as uuencode (`begin 644 scan.pdf` … `end`): old, and still sent."""

from __future__ import annotations

import binascii
import re
from typing import Final, NamedTuple

BEGIN: Final = re.compile(rb"begin [0-7]{3,4} (\S[^\r\n]{0,250})")
MAX_FILES: Final = 100


class Found(NamedTuple):
    name: str
    content: bytes


def take_out(data: bytes) -> tuple[bytes, list[Found]]:
    """The text without its files, and the files; a block that is broken or has no end stays text."""
    files: list[Found] = []
    if b"begin " not in data:
        return data, files
    kept: list[bytes] = []
    lines = data.split(b"\n")
    position = 0
    while position < len(lines):
        begin = BEGIN.fullmatch(lines[position].rstrip())
        if begin is None or len(files) >= MAX_FILES:
            kept.append(lines[position])
            position += 1
            continue
        end, content = block(lines, position + 1)
        if content is None:
            kept.extend(lines[position:end])
        else:
            files.append(Found(begin[1].decode("utf-8", "replace"), content))
        position = end
    return (b"\n".join(kept), files) if files else (data, files)


def block(lines: list[bytes], start: int) -> tuple[int, bytes | None]:
    """Where the block ends and its content; without content where a line is none of a block: looked at once only."""
    out = bytearray()
    for position in range(start, len(lines)):
        line = lines[position].rstrip(b"\r")
        if line.strip() == b"end":
            return position + 1, bytes(out)
        piece = decoded(line)
        if piece is None:
            return position, None
        out += piece
    return len(lines), None


def decoded(line: bytes) -> bytes | None:
    """The bytes of a line as long as it says it is, give or take blanks at its end; None for any other."""
    if not line or line == b"`":
        return b""
    size = (line[0] - 32) & 63
    wanted = 1 + (size + 2) // 3 * 4
    if not 33 <= line[0] <= 96 or abs(len(line.rstrip()) - wanted) > 3 + line.count(b" "):
        return None
    try:
        return binascii.a2b_uu(line[:wanted])
    except binascii.Error:
        return None
