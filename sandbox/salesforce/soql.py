"""A query of the vendor's language as small rows, and what its strings say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sandbox.salesforce.errors import Problem

ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\", "%": "%", "_": "_"}


@dataclass(frozen=True)
class Value:
    """`kind` is the token's name; of a string, `text` is what stands between the quotes, escapes and all."""

    kind: str
    text: str

    @property
    def plain(self) -> str:
        return "".join(letter for letter, _escaped in letters(self.text)) if self.kind == "STRING" else self.text

    @property
    def pattern(self) -> str:
        """For LIKE with a backslash as ESCAPE: the wildcards that were not escaped stay wildcards."""
        parts = letters(self.text)
        return "".join(f"\\{letter}" if letter in "%_\\" and escaped else letter for letter, escaped in parts)


@dataclass(frozen=True)
class Compared:
    path: str
    operator: str
    value: Value


@dataclass(frozen=True)
class Listed:
    """`operator` is IN or INCLUDES."""

    path: str
    operator: str
    values: tuple[Value, ...]
    negated: bool


@dataclass(frozen=True)
class Joined:
    """`word` is AND or OR."""

    word: str
    parts: tuple[Any, ...]


@dataclass(frozen=True)
class Negated:
    part: Any


@dataclass(frozen=True)
class Sort:
    path: str
    descending: bool
    nulls_last: bool


@dataclass(frozen=True)
class Query:
    """Without `paths` it only counts; `counted` are the COUNT(field) among the columns."""

    sobject: str
    paths: tuple[str, ...]
    counted: tuple[str, ...]
    where: Any
    order: tuple[Sort, ...]
    limit: int | None
    offset: int


def letters(raw: str) -> list[tuple[str, bool]]:
    """Each letter a string stands for, and whether it was escaped; a lone backslash is refused like the vendor does."""
    found, place = [], 0
    while place < len(raw):
        if raw[place] != "\\":
            found.append((raw[place], False))
            place += 1
            continue
        code = raw[place + 1]
        if code == "u" and re.fullmatch(r"[0-9A-Fa-f]{4}", raw[place + 2 : place + 6]):
            found.append((chr(int(raw[place + 2 : place + 6], 16)), True))
            place += 6
            continue
        if code.lower() not in ESCAPES:
            raise Problem("MALFORMED_QUERY", f"Illegal escape sequence in a string literal: '\\{code}'")
        found.append((ESCAPES[code.lower()], True))
        place += 2
    return found
