"""Cells, rows and tabs as plain data, whatever file they stand in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

Cells = list[str]
WORD: Final = re.compile(r"\w+")
MAX_COLUMNS: Final = 120
LONGEST_CELL: Final = 500


class Unfit(Exception):  # noqa: N818 - an answer to a person
    """The file cannot be taken; the text says why and what to do."""


@dataclass(frozen=True)
class Tab:
    """A tab of a workbook, or a CSV: numbered rows of texts, read once while the file is open."""

    title: str
    rows: Iterator[tuple[int, Cells]]
    uncomputed: Callable[[], list[str]] = list


@dataclass(frozen=True)
class Table:
    """A tab that was read: its rows with something in them, each with its number in the file.

    `uncomputed` are cells (“B3”) with a formula whose result is not in the file: they read as empty, and are not.
    """

    title: str
    rows: list[tuple[int, Cells]] = field(default_factory=list)
    uncomputed: list[str] = field(default_factory=list)


def text_of(value: Any) -> str:
    """A cell as somebody reads it: 3 for 3.0, a day as 2022-11-18, TRUE as Excel writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return clean(str(value))


def clean(text: str) -> str:
    """Without NUL, surrogates and double blanks; what PostgreSQL takes."""
    if text.isalnum() and text.isascii():
        return text[:LONGEST_CELL]
    whole = text.replace("\0", "").encode("utf-8", "replace").decode()
    return " ".join(whole.split())[:LONGEST_CELL]


def folded(text: str) -> str:
    """Its words in small letters: “Open Reqs Met?” and “OPEN REQS  MET” are the same head."""
    return " ".join(WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
