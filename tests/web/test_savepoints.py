"""What `savepoint` promises is what `transaction.atomic()` does inside a transaction; only a block without statements
sends none.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from mail.models import AutoReply
from tickets.models import Tag
from web.savepoints import savepoint

Blocks = Callable[[], AbstractContextManager[Any]]
both = pytest.mark.parametrize("block", [savepoint, transaction.atomic])


def write(word: str) -> None:
    AutoReply.objects.create(address=f"{word}@b.example", domain="b.example")
    transaction.on_commit(lambda: None)


def left() -> list[str]:
    return sorted(AutoReply.objects.values_list("address", flat=True))


def in_it(block: Blocks, *does: Callable[[], None]) -> None:
    with block():
        for each in does:
            each()


def fails() -> None:
    raise ZeroDivisionError


def is_refused() -> None:
    Tag.objects.bulk_create([Tag(pk=900_000, name="x"), Tag(pk=900_000, name="y")])


def fails_inside(block: Blocks) -> Callable[[], None]:
    def inner() -> None:
        with pytest.raises(ZeroDivisionError):
            in_it(block, lambda: write("inner"), fails)

    return inner


def without_a_savepoint() -> None:
    in_it(lambda: transaction.atomic(savepoint=False), lambda: write("inner"), fails)


def caught() -> None:
    with pytest.raises(ZeroDivisionError):
        without_a_savepoint()


@both
@pytest.mark.django_db
class TestBoth:
    def test_what_goes_well_stays(self, block: Blocks) -> None:
        in_it(block, lambda: write("a"), lambda: in_it(block, lambda: write("b")))
        assert left() == ["a@b.example", "b@b.example"]

    @pytest.mark.parametrize(
        ("broken", "error"),
        [(fails, ZeroDivisionError), (is_refused, IntegrityError), (without_a_savepoint, ZeroDivisionError)],
    )
    def test_what_fails_leaves_nothing_and_the_transaction_whole(
        self, block: Blocks, broken: Callable[[], None], error: type[Exception]
    ) -> None:
        write("before")
        waiting = len(connection.run_on_commit)
        for does in ([lambda: write("a"), broken], [lambda: transaction.on_commit(lambda: None), broken]):
            with pytest.raises(error):
                in_it(block, *does)
        assert (left(), len(connection.run_on_commit)) == (["before@b.example"], waiting)
        write("after")
        assert left() == ["after@b.example", "before@b.example"]

    def test_only_what_failed_inside_is_taken_back(self, block: Blocks) -> None:
        in_it(block, lambda: write("a"), fails_inside(block), lambda: write("b"))
        assert left() == ["a@b.example", "b@b.example"]

    def test_what_was_caught_without_a_savepoint_of_its_own_takes_the_block_along(self, block: Blocks) -> None:
        write("before")
        in_it(block, lambda: write("a"), caught)
        assert left() == ["before@b.example"]
        write("after")
        assert left() == ["after@b.example", "before@b.example"]


@pytest.mark.django_db
def test_a_block_that_asks_nothing_sends_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        in_it(savepoint)
        with pytest.raises(ZeroDivisionError):
            in_it(savepoint, fails)
    with django_assert_num_queries(3):
        in_it(savepoint, lambda: write("a"))
