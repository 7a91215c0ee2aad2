"""A savepoint that costs nothing where nothing is asked of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, Error, connections


@contextmanager
def savepoint() -> Iterator[None]:
    """As `transaction.atomic()` inside a transaction, but the savepoint is made by the first statement of the block.

    What fails leaves nothing behind, neither rows nor what it asked to be done after the commit.
    """
    ours: Any = connections[DEFAULT_DB_ALIAS]
    made: list[Any] = []
    asked, broken = len(ours.run_on_commit), ours.needs_rollback

    def first(execute: Callable[..., Any], *statement: Any) -> Any:
        if not made:
            made.append(None)  # its own statement comes by here
            made[0] = ours.savepoint()
        return execute(*statement)

    try:
        with ours.execute_wrapper(first):
            yield
    except BaseException:
        _take_back(ours, made, broken=broken)
        del ours.run_on_commit[asked:]
        raise
    if ours.needs_rollback and not broken:  # something inside failed, and was caught outside of its own block
        _take_back(ours, made, broken=broken)
    elif made and made[0]:
        ours.savepoint_commit(made[0])


def _take_back(ours: Any, made: list[Any], *, broken: bool) -> None:
    if ours.closed_in_transaction or broken:
        return
    ours.needs_rollback = False
    if not made:
        return
    try:
        ours.savepoint_rollback(made[0])
        ours.savepoint_commit(made[0])
    except Error:
        ours.needs_rollback = True
