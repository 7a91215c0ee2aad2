"""What a test with real transactions leaves is deleted from the tables that hold rows; Django would truncate them all.

That costs half a second for each such test. The rows that Django makes for every database itself stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase

DJANGOS_OWN = {"django_content_type", "auth_permission"}


def empty_tables(_case: TransactionTestCase) -> None:
    """Waits for whoever still writes, as TRUNCATE does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(all_tables())} IN SHARE ROW EXCLUSIVE MODE")
        for table in tables_with_rows(cursor):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own tables


def tables_with_rows(cursor: Any, *, among: Sequence[str] = ()) -> list[str]:
    """Quoted; `among`: only of these."""
    tables = among or all_tables()
    cursor.execute("SELECT " + ", ".join(f"EXISTS (SELECT FROM {table})" for table in tables))  # noqa: S608
    return [table for table, holds_rows in zip(tables, cursor.fetchone(), strict=True) if holds_rows]


@cache
def all_tables() -> Sequence[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return [connection.ops.quote_name(name) for name in names if name not in DJANGOS_OWN]
