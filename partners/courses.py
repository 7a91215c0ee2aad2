"""What a course is called, and whether it is one of those a requirement names, however a column calls it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

WORD: Final = re.compile(r"\w+")
_names: dict[str, str] = {}


def register_names(by_field: Mapping[str, str]) -> None:
    """How people call what an export heads otherwise: “Sales Badged” is Sales Core Training."""
    _names.update(by_field)


def name_of(field: str) -> str:
    """The name of the course; the heading itself where it has no other."""
    return _names.get(field, field)


def names_one_of(title: str, names: Iterable[str]) -> bool:
    """A course, however it is headed: “PSE Certified 2021” is a PSE, “Sales Core Training” is Sales Core."""
    return _named(title, tuple(names))


@lru_cache(maxsize=4000)
def _named(title: str, names: tuple[str, ...]) -> bool:
    words = _words(title)
    return any(_holds(words, _words(name)) for name in names)


def _holds(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    length = len(wanted)
    return bool(wanted) and any(words[at : at + length] == wanted for at in range(len(words) - length + 1))


@lru_cache(maxsize=2000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
