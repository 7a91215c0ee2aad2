"""Whether a course, however a column or a certificate calls it, is one of those a requirement names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

WORD: Final = re.compile(r"\w+")


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
