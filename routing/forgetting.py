"""Told after every change of a rule, so that what is held in memory is read anew."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

hooks: list[Callable[[], object]] = []


def forget() -> None:
    """After the commit; inside none, at once."""
    for hook in hooks:
        transaction.on_commit(hook)
