"""What a file says, as plain data: this leaves the cage (documents.cage), so nothing here is a row of ours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

Cells = list[str]
WORD: Final = re.compile(r"\w+")
MAX_COLUMNS: Final = 120
LONGEST_CELL: Final = 500


class Unfit(Exception):  # noqa: N818 - an answer to a person
    """The file cannot be taken; the text says why and what to do."""


@dataclass(frozen=True)
class Line:
    """One partner as the file has it; `met` is None where it says neither Yes nor No."""

    number: int
    name: str
    salesforce_id: str
    met: bool | None
    said: str
    counts: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """The table of the file, or in `refused` the sentence why there is none."""

    refused: str = ""
    tab: str = ""
    columns: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    as_of: date | None = None
    nameless: int = 0  # lines without a partner
    totals: int = 0  # lines that add up others


@dataclass(frozen=True)
class Table:
    """A tab of a workbook, or a CSV: numbered rows of texts, read once."""

    title: str
    rows: Iterator[tuple[int, Cells]]


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
