"""Rows into PostgreSQL by COPY: a model's columns and defaults, and only the values that differ."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
NULL = "\\N"
BLOCK = 5_000


class Table:
    """Where rows of one model go; every column not named in a row gets the model's default."""

    def __init__(self, model: type[models.Model]) -> None:
        meta = model._meta  # noqa: SLF001 - Django's documented door
        fields = [field for field in meta.concrete_fields if not field.generated]
        blank = model()
        self.name = meta.db_table
        self.columns = [field.column for field in fields]
        self._names = [field.attname for field in fields]
        self._defaults = {field.attname: _text(getattr(blank, field.attname)) for field in fields}
        self._lines: list[str] = []
        self._numbers = itertools.chain.from_iterable(self._blocks())

    def number(self) -> int:
        """The next id of the table."""
        return next(self._numbers)

    def _blocks(self) -> Iterator[range]:
        while True:
            first = self.first_id(BLOCK)
            yield range(first, first + BLOCK)

    def first_id(self, count: int) -> int:
        """Takes `count` numbers from the table's sequence; returns the first."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [self.name])
            sequence = cursor.fetchone()[0]
            cursor.execute("SELECT setval(%s, nextval(%s) + %s) - %s", [sequence, sequence, count - 1, count - 1])
            return int(cursor.fetchone()[0])

    def add(self, row: Mapping[str, Any]) -> None:
        self._lines.append(
            "\t".join([_text(row[name]) if name in row else self._defaults[name] for name in self._names])
        )

    def write(self) -> None:
        """Sends what was added since the last time."""
        if not self._lines:
            return
        columns = ", ".join(f'"{column}"' for column in self.columns)
        with connection.cursor() as cursor:
            content = io.StringIO("\n".join(self._lines) + "\n")
            cursor.copy_expert(f'COPY "{self.name}" ({columns}) FROM STDIN', content)
        self._lines.clear()


def without_index(model: type[models.Model], name: str) -> models.Index:
    """Drops an index that is quicker to build at the end; returns it for `build`."""
    index: models.Index = next(index for index in model._meta.indexes if index.name == name)  # noqa: SLF001
    with connection.schema_editor() as editor:
        editor.remove_index(model, index)
    return index


def build(model: type[models.Model], index: models.Index) -> None:
    with connection.schema_editor() as editor:
        editor.add_index(model, index)


def vacuum(tables: Iterable[str]) -> None:
    """So that the planner knows what came; outside of any transaction."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'VACUUM (ANALYZE) "{table}"')


def analyze(tables: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'ANALYZE "{table}"')


def _text(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    return str(value).translate(_ESCAPES)
