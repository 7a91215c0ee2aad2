"""Record ids: 15 characters that count their case, and 3 more that repeat the case of those."""

from __future__ import annotations

import re
import string

CHECK = string.ascii_uppercase + "012345"
DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase


def full(value: str) -> str:
    """The 18 characters; empty for what cannot be an id."""
    if not re.fullmatch(r"[0-9A-Za-z]{15}([0-9A-Za-z]{3})?", value):
        return ""
    whole = value[:15] + checksum(value[:15])
    return whole if whole.upper() == value.upper() or len(value) == 15 else ""


def checksum(short: str) -> str:
    """A letter for each five characters: the bits say which of them are capitals."""
    chunks = (short[start : start + 5] for start in (0, 5, 10))
    return "".join(CHECK[sum(1 << place for place, letter in enumerate(chunk) if letter.isupper())] for chunk in chunks)


def numbered(prefix: str, number: int) -> str:
    """The id of the nth row that the sandbox makes for an object."""
    tail = ""
    while number:
        number, digit = divmod(number, 62)
        tail = DIGITS[digit] + tail
    return full(f"{prefix}Sb{tail:0>10}")
