"""File names that are safe to show, to offer for download and to write into a header; never used as a path."""

from __future__ import annotations

import re
import unicodedata

FALLBACK = "file"
MAX_BYTES = 255
LONGEST_ENDING = 20
SEPARATORS = re.compile(r"[/\\]")
BLANKS = re.compile(r"\s+")
FORBIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, bidi and zero-width marks, surrogates


def safe_name(raw: str, *, fallback: str = FALLBACK) -> str:
    """The last path component without control, bidi or zero-width characters, leading dots, at most 255 bytes."""
    visible = "".join(char for char in raw.replace("\t", " ") if unicodedata.category(char) not in FORBIDDEN_CATEGORIES)
    last = next((part for part in reversed(SEPARATORS.split(visible)) if part.strip(" .")), "")
    name = BLANKS.sub(" ", last).strip().lstrip(". ").rstrip(". ")
    return shorten(name) or fallback


def shorten(name: str) -> str:
    """At most 255 bytes of UTF-8, the ending kept."""
    if len(name.encode()) <= MAX_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > LONGEST_ENDING:
        stem, dot, ending = name, "", ""
    room = MAX_BYTES - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + dot + ending
