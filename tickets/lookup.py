"""Finding rows of a short list by the words somebody types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from tickets.search import fold


class Searchable(Protocol):
    @property
    def searchable(self) -> str: ...


R = TypeVar("R", bound=Searchable)


def holding(rows: Iterable[R], asked: str) -> list[R]:
    """The rows whose text holds every word of `asked`, accents and case aside; all when nothing is asked."""
    wanted = fold(asked[:200]).split()
    return [row for row in rows if _holds(fold(row.searchable), wanted)]


def _holds(text: str, wanted: list[str]) -> bool:
    return all(word in text for word in wanted)
