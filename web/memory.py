"""What a process may remember for a moment instead of asking the database again: small, rarely changing facts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")
_all: list[Memory] = []


class Memory:
    """Values by key, each for `seconds` and no more than `most` of them; other processes have their own."""

    def __init__(self, *, seconds: float, most: int = 500) -> None:
        self.seconds, self.most = seconds, most
        self.kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        _all.append(self)

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """The value kept under `key`, or what `read` gives, kept from now on."""
        found = self.kept.get(key)
        if found is not None and found[0] > monotonic():
            value: T = found[1]
            return value
        value = read()
        self.kept[key] = (monotonic() + self.seconds, value)
        self.kept.move_to_end(key)
        while len(self.kept) > self.most:
            self.kept.popitem(last=False)
        return value

    def drop(self, key: Hashable) -> None:
        self.kept.pop(key, None)

    def forget(self) -> None:
        self.kept.clear()


def forget_all() -> None:
    """For tests: each begins knowing nothing."""
    for memory in _all:
        memory.forget()
