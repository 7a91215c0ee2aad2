"""The handbook's own data: read from its files once for a process, put in as rows by every test that wants it."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import StringIO

from django.core.management import call_command
from django.db import connection, transaction

from people.models import ChannelManager
from tests.emptying import tables_with_rows
from web import memory

CAST = "Sofia Marchetti"  # the one row of the named cast in a table that the handbook fills


@dataclass
class HandbookRows:
    """The numbers of the rows are kept: the sequences have gone past them, and nobody is given one twice."""

    copies: dict[str, str] = field(default_factory=dict)

    def read(self) -> None:
        """As `load_handbook` leaves an empty database; this one is afterwards as it was."""
        with transaction.atomic(), connection.cursor() as cursor:
            for table in tables_with_rows(cursor):
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own tables
            call_command("load_handbook", verbosity=0)
            for table in tables_with_rows(cursor):
                content = StringIO()
                cursor.copy_expert(f"COPY {table} TO STDOUT", content)
                self.copies[table] = content.getvalue()
            transaction.set_rollback(True)
        memory.forget_all()

    def put_in(self) -> None:
        """Where a test has rows of its own in these tables, the loader decides what becomes of them."""
        if self._are_free():
            with transaction.atomic(), connection.cursor() as cursor:
                for table, content in self.copies.items():
                    cursor.copy_expert(f"COPY {table} FROM STDIN", StringIO(content))
            memory.forget_all()
        else:
            call_command("load_handbook", verbosity=0)

    def _are_free(self) -> bool:
        ours = f'"{ChannelManager._meta.db_table}"'
        with connection.cursor() as cursor:
            filled = set(tables_with_rows(cursor, among=list(self.copies)))
        return filled <= {ours} and not ChannelManager.objects.exclude(name=CAST).exists()
