"""Where higher apps join in: what of theirs is under way for partners whose channel manager changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Flight:
    """A letter, a licence, a proof under way for a partner: in words, with its page."""

    account: int
    words: str
    url: str = ""


Reader = Callable[[Collection[int]], Iterable[Flight]]
_readers: list[Reader] = []


def on_under_way(reader: Reader) -> None:
    """`reader(accounts)` says what is under way for these partners, by id; registered once."""
    if reader not in _readers:
        _readers.append(reader)


def under_way(accounts: Collection[int]) -> Iterator[Flight]:
    for reader in _readers:
        yield from reader(accounts)
