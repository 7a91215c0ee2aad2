"""So many conversations with the mail server at once, over all workers: a server that hangs never holds them all.

A slot is a lock of the database session. A worker that dies gives it back with its connection.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection

SPACE: Final = zlib.crc32(b"mail.slots") >> 1  # our own corner among the database's advisory locks

_TAKE: Final = """
SELECT number FROM generate_series(1, %s) AS number WHERE pg_try_advisory_lock(%s, number) LIMIT 1
"""


@contextlib.contextmanager
def one() -> Iterator[bool]:
    """Whether there was a free one; given back at the end."""
    number = take()
    try:
        yield number is not None
    finally:
        if number is not None:
            give_back(number)


def take() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [settings.MAIL_CONNECTIONS, SPACE])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def give_back(number: int) -> None:
    with contextlib.suppress(DatabaseError), connection.cursor() as cursor:  # a lost connection has given it back
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [SPACE, number])
