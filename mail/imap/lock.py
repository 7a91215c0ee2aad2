"""One at a time per mailbox, on any machine: an advisory lock of PostgreSQL that ends with its connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from django.db import DatabaseError, InterfaceError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

CLASS: Final = 0x696D6170


class Lock:
    def __init__(self, own: BaseDatabaseWrapper) -> None:
        self.own = own

    def check(self) -> None:
        """Raises a database error when the connection, and the lock with it, is gone."""
        with self.own.cursor() as cursor:
            cursor.execute("SELECT 1")


@contextmanager
def held(mailbox: int) -> Iterator[Lock | None]:
    """The lock, or None when somebody else is at this mailbox."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [CLASS, mailbox])
            taken = cursor.fetchone()[0]
        yield Lock(own) if taken else None
    finally:
        with suppress(DatabaseError, InterfaceError), own.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")  # at once; the end of a connection takes a moment
        own.close()


def taken() -> frozenset[int]:
    """The mailboxes somebody is at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2"
            " AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [CLASS],
        )
        return frozenset(row[0] for row in cursor.fetchall())
