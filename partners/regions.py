"""Where a partner's agreement holds, for what counts only there. A higher floor knows the map and joins in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from partners.models import Account


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """`words` name the region; empty where nobody knows it, and then every place counts.

    `holds(country)` is None where nobody can tell whether that country lies in it.
    """

    words: str = ""
    holds: Callable[[str], bool | None] = lambda _country: True


Read = Callable[[Account], Agreement]

_read: list[Read] = []


def register(read: Read) -> None:
    _read[:] = [read]


def agreement_of(account: Account) -> Agreement:
    return _read[0](account) if _read else Agreement()
