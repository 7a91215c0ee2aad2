"""Writing one new row quickly: the statement of a model is built once per process, not once per row.

`save()` builds the same INSERT anew each time, which costs several times what PostgreSQL needs for it. Signals are not
sent (the house has none); constraints, defaults, `pre_save` and conversions are those of the fields.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models


def insert(row: models.Model) -> None:
    """INSERTs an unsaved row; its id is the one it has, else the one the database gives."""
    statement, fields, without_id = _statement(type(row), row.pk is None)
    values: list[Any] = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        if without_id:
            row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001 - what save() sets


@cache
def _statement(model: type[models.Model], without_id: bool) -> tuple[str, list[models.Field[Any, Any]], bool]:
    meta = model._meta  # noqa: SLF001 - Django's documented door
    fields = [one for one in meta.local_concrete_fields if not (one.generated or (without_id and one.primary_key))]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    returning = f" RETURNING {quote(str(meta.pk.column))}" if without_id else ""
    return f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks}){returning}", fields, without_id  # noqa: S608 - names of our own models
