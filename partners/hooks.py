"""Where higher floors join in: what happens when Salesforce changes a partner, or merges one into another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from partners.models import Account

Changed = Callable[[Account, Mapping[str, Any]], None]
Merged = Callable[[Account, Account], None]

_changed: list[Changed] = []
_merged: list[Merged] = []


def on_changed(listener: Changed) -> None:
    """`listener(account, before)` is called inside the transaction of the change; `before`: what was different."""
    if listener not in _changed:
        _changed.append(listener)


def on_merged(listener: Merged) -> None:
    """`listener(lost, survivor)` is called inside the transaction that moves what belonged to `lost`."""
    if listener not in _merged:
        _merged.append(listener)


def changed(account: Account, before: Mapping[str, Any]) -> None:
    for listener in _changed:
        listener(account, before)


def merged(lost: Account, survivor: Account) -> None:
    for listener in _merged:
        listener(lost, survivor)
