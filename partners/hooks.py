"""Where higher floors join in: Salesforce changes a partner or merges one into another; who has written to us."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from partners.models import Account

Changed = Callable[[Account, Mapping[str, Any]], None]
Merged = Callable[[Account, Account], None]
Writers = Callable[[Collection[int]], set[int]]

_changed: list[Changed] = []
_merged: list[Merged] = []
_writers: list[Writers] = []


def on_changed(listener: Changed) -> None:
    """`listener(account, before)` is called inside the transaction of the change; `before`: what was different."""
    if listener not in _changed:
        _changed.append(listener)


def on_merged(listener: Merged) -> None:
    """`listener(lost, survivor)` is called inside the transaction that moves what belonged to `lost`."""
    if listener not in _merged:
        _merged.append(listener)


def on_writers(listener: Writers) -> None:
    """`listener(contacts)` says which of these contacts, by id, have written to the desk."""
    if listener not in _writers:
        _writers.append(listener)


def changed(account: Account, before: Mapping[str, Any]) -> None:
    for listener in _changed:
        listener(account, before)


def merged(lost: Account, survivor: Account) -> None:
    for listener in _merged:
        listener(lost, survivor)


def writers(contacts: Collection[int]) -> set[int]:
    """Those of these contacts that something here hangs on: whoever writes as them must stay who they were."""
    return set[int]().union(*(listener(contacts) for listener in _writers)) if contacts else set()
