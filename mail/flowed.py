"""`format=flowed` (RFC 3676): lines that a mail program broke are joined again."""

from __future__ import annotations

import re
from typing import Final

QUOTES: Final = re.compile(r">*")


def unwrapped(text: str, *, delete_space: bool) -> str:
    """Lines ending in a blank go on in the next one of the same quoting; a signature's `-- ` never does."""
    out: list[str] = []
    pieces: list[str] = []
    depth = 0
    for line in text.split("\n"):
        marks = QUOTES.match(line)
        level = marks.end() if marks else 0
        words = line[level:].removeprefix(" ")
        if pieces and (level != depth or words == "-- "):
            out.append(joined(pieces, depth))
            pieces = []
        depth = level
        flows = words.endswith(" ") and words != "-- "
        pieces.append(words[:-1] if flows and delete_space else words)
        if not flows:
            out.append(joined(pieces, depth))
            pieces = []
    if pieces:
        out.append(joined(pieces, depth))
    return "\n".join(out)


def joined(pieces: list[str], depth: int) -> str:
    words = "".join(pieces)
    if not depth:
        return words
    return f"{'>' * depth} {words}" if words else ">" * depth
