"""Writing and reading single rows quickly: a statement is built once per process, not once per row.

`save()` builds the same INSERT anew each time, which costs several times what PostgreSQL needs for it. Signals are not
sent (the house has none); constraints, defaults, `pre_save` and conversions are those of the fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from itertools import count
from typing import Any, Final, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)


def insert(row: models.Model) -> None:
    """INSERTs an unsaved row; its id is the one it has, else the one the database gives."""
    statement, fields, without_id = _statement(type(row), row.pk is None)
    values: list[Any] = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        run(cursor, statement, values)
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


def update(model: type[models.Model], values: Mapping[str, Any], **where: Any) -> int:
    """UPDATEs the rows whose columns equal `where`; how many there were. Objects stand for their ids."""
    statement, fields = _change(model, tuple(values), tuple(where))
    given = [*values.values(), *where.values()]
    plain = [value.pk if isinstance(value, models.Model) else value for value in given]
    with connection.cursor() as cursor:
        run(
            cursor,
            statement,
            [field.get_db_prep_save(one, connection) for field, one in zip(fields, plain, strict=True)],
        )
        return int(cursor.rowcount)


@cache
def _change(
    model: type[models.Model], names: tuple[str, ...], where: tuple[str, ...]
) -> tuple[str, list[models.Field[Any, Any]]]:
    meta, quote = model._meta, connection.ops.quote_name  # noqa: SLF001 - Django's documented door
    known: dict[str, models.Field[Any, Any]] = {field.name: field for field in meta.concrete_fields}
    fields = [meta.pk if name == "pk" else known[name] for name in (*names, *where)]
    marks = [f"{quote(str(field.column))} = %s" for field in fields]
    changes, conditions = ", ".join(marks[: len(names)]), " AND ".join(marks[len(names) :])
    return f"UPDATE {quote(meta.db_table)} SET {changes} WHERE {conditions}", fields  # noqa: S608 - names of our own models


def ask(statement: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """The one row that a statement with `%(name)s` in it answers."""
    text, names = _positional(statement)
    with connection.cursor() as cursor:
        run(cursor, text, [values[name] for name in names])
        answer: tuple[Any, ...] = cursor.fetchone()
    return answer


@cache
def _positional(statement: str) -> tuple[str, list[str]]:
    return _NAMED.sub("%s", statement), _NAMED.findall(statement)


def run(cursor: CursorWrapper, statement: str, values: Sequence[Any]) -> None:
    """Executes a statement that PostgreSQL has planned once for this connection; only its values are new.

    Behind a pooler that hands out another connection each time (DISABLE_SERVER_SIDE_CURSORS, as for Django itself) the
    plain statement goes out.
    """
    if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        cursor.execute(statement, values)
        return
    known = _planned.setdefault(connection.connection, {})
    name = known.get(statement)
    if name is None:
        name = f"desk_{next(_names)}"
        with connection.wrap_database_errors, connection.connection.cursor() as plain:
            numbers = count(1)
            plain.execute(f"PREPARE {name} AS " + _MARK.sub(lambda _mark: f"${next(numbers)}", statement))
        known[statement] = name
    try:
        cursor.execute(f"EXECUTE {name}({', '.join(['%s'] * len(values))})" if values else f"EXECUTE {name}", values)
    except NotSupportedError:  # a migration changed a column meanwhile: planned anew the next time
        known.clear()
        raise


_MARK: Final = re.compile("%s")
_NAMED: Final = re.compile(r"%\((\w+)\)s")
_names = count(1)  # never used twice, whatever became of the one before
_planned: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()  # by connection: the name of each statement


class Given(models.Value):
    """Stands in a prepared query where a value will be: `Given("address")`."""

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class Prepared(Generic[M]):
    """A query whose shape never changes, compiled once per process; asked again and again with other values.

    `build` names each value by a `Given`. For the few questions that every incoming mail asks: compiling them anew
    costs several times what PostgreSQL needs to answer.
    """

    def __init__(self, build: Callable[[], models.QuerySet[M]]) -> None:
        self.build = build

    def first(self, **values: Any) -> M | None:
        """The first row, made into an object as the ORM does, with what is related and annotated; None without one."""
        given = [values[one.value] if isinstance(one, Given) else one for one in self._parameters]
        with connection.cursor() as cursor:
            run(cursor, self._sql, given)
            row = cursor.fetchone()
        return None if row is None else self._object(row)

    def _object(self, row: Sequence[Any]) -> M:
        row = next(iter(self._compiler.apply_converters([row], self._converters))) if self._converters else row
        made: M = self._model.from_db(DEFAULT_DB_ALIAS, self._names, row[: len(self._names)])
        for related in self._related:
            related.populate(row, made)
        for name, at in self._compiler.annotation_col_map.items():
            setattr(made, name, row[at])
        return made

    @cached_property
    def _compiler(self) -> Any:
        return self.build()[:1].query.get_compiler(DEFAULT_DB_ALIAS)

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[Any]]:
        sql, parameters = self._compiler.as_sql()
        return sql, parameters

    @property
    def _sql(self) -> str:
        return self._compiled[0]

    @property
    def _parameters(self) -> Sequence[Any]:
        return self._compiled[1]

    @cached_property
    def _shape(self) -> tuple[type[M], list[str], list[Any], Any]:
        assert self._compiled  # the compiler knows its columns after compiling
        known, select = self._compiler.klass_info, self._compiler.select
        names = [select[at][0].target.attname for at in known["select_fields"]]
        related = get_related_populators(known, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # the stubs know Django 6
        return known["model"], names, related, self._compiler.get_converters([column for column, *_rest in select])

    @property
    def _model(self) -> type[M]:
        return self._shape[0]

    @property
    def _names(self) -> list[str]:
        return self._shape[1]

    @property
    def _related(self) -> list[Any]:
        return self._shape[2]

    @property
    def _converters(self) -> Any:
        return self._shape[3]
