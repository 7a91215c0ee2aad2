"""The shape of an answer that explains itself: the value, the rules it followed, and what came close."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Because:
    """One rule that was asked: by which key, what it said, and where that is written (contract §4)."""

    rule: str
    key: str
    result: str
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer(Generic[T]):
    """`value` is None when no rule gave one; never a guess."""

    value: T | None
    because: tuple[Because, ...] = ()
    near_misses: tuple[str, ...] = ()
