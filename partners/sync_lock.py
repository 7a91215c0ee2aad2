"""One pull at a time, on any machine: an advisory lock of PostgreSQL that ends with its connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from django.db import DatabaseError, InterfaceError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

NUMBER: Final = 0x73796E63


class Lock:
    def __init__(self, own: BaseDatabaseWrapper) -> None:
        self.own = own

    def check(self) -> None:
        """Raises a database error when the connection, and the lock with it, is gone."""
        with self.own.cursor() as cursor:
            cursor.execute("SELECT 1")


@contextmanager
def held() -> Iterator[Lock | None]:
    """The lock, or None when somebody else pulls."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [NUMBER])
            taken = cursor.fetchone()[0]
        yield Lock(own) if taken else None
    finally:
        with suppress(DatabaseError, InterfaceError), own.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")  # at once; the end of a connection takes a moment
        own.close()
