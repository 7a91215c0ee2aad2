"""Writing and reading single rows quickly: a statement is built once per process, not once per row.

`save()` builds the same INSERT anew each time, which costs several times what PostgreSQL needs for it. Signals are not
sent (the house has none); constraints, defaults, `pre_save` and conversions are those of the fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import count
from typing import Any, Final, Generic, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connection, connections, models
from django.db.backends.utils import CursorWrapper
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)


def insert(row: models.Model, *, numbered: bool = True) -> None:
    """INSERTs an unsaved row; its id is the one it has, else the one the database gives.

    Where nobody asks for the id (`numbered` is False) it is not read back.
    """
    insert_all([row], numbered=numbered)


def insert_all(made: Sequence[models.Model], *, numbered: bool = True) -> None:
    """INSERTs a few rows of one model, all with an id or all without, by one statement for that many."""
    if not made:
        return
    without_id = made[0].pk is None
    statement, columns = _statement(type(made[0]), without_id, without_id and numbered, len(made))
    values = [column.of(row) for row in made for column in columns]
    if without_id and numbered:
        with connection.cursor() as cursor:
            run(cursor, statement, values)
            for row, (number,) in zip(made, cursor.fetchall(), strict=True):
                row.pk = number
    else:
        send(statement, values)
    for row in made:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001 - what save() sets


@contextmanager
def together() -> Iterator[None]:
    """What is sent inside goes out with the next statement of this module that answers something, or at the end.

    One way to the database and back costs as much as a small INSERT. For the caller's transaction, and for rows that
    nothing inside reads.
    """
    ours = connections[DEFAULT_DB_ALIAS]
    ours.ensure_connection()
    session = ours.connection  # another one, or none, once it is lost
    if session in _waiting:
        yield
        return
    waiting = _waiting[session] = []
    try:
        yield
        if waiting:
            with ours.cursor() as cursor:
                _execute(cursor, _let_go(ours))
    finally:
        _waiting.pop(session, None)


def send(statement: str, values: Sequence[Any]) -> None:
    """A statement whose answer nobody needs; inside `together` it waits for the next one."""
    session = connections[DEFAULT_DB_ALIAS].connection
    if session is not None and (waiting := _waiting.get(session)) is not None:
        waiting.append((statement, values))
        return
    with connection.cursor() as cursor:
        run(cursor, statement, values)


@dataclass(frozen=True, slots=True)
class _Column:
    """A field, where its value may be read without it, and the types of values it only hands on to the database.

    Most values are of these; asking the fields for all of them costs more than the statement.
    """

    field: models.Field[Any, Any]
    kept: str
    hands_on: frozenset[type]
    json: bool

    def of(self, row: models.Model) -> Any:
        kept = row.__dict__
        return self.prepared(kept[self.kept] if self.kept in kept else self.field.pre_save(row, add=True))

    def prepared(self, value: Any) -> Any:
        kind = type(value)
        if kind in self.hands_on:
            return value
        if self.json and kind in _IN_JSON:
            return json.dumps(value)
        return self.field.get_db_prep_save(value, connections[DEFAULT_DB_ALIAS])


@cache
def _statement(
    model: type[models.Model], without_id: bool, numbered: bool, count: int
) -> tuple[str, Sequence[_Column]]:
    meta = model._meta  # noqa: SLF001 - Django's documented door
    fields = [one for one in meta.local_concrete_fields if not (one.generated or (without_id and one.primary_key))]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * count)
    returning = f" RETURNING {quote(str(meta.pk.column))}" if numbered else ""
    statement = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES {marks}{returning}"  # noqa: S608 - names of our own models
    return statement, [_column(field) for field in fields]


def _column(field: models.Field[Any, Any]) -> _Column:
    asked = field.target_field if isinstance(field, models.ForeignKey) else field
    known = type(field) in {type(asked), models.ForeignKey, models.OneToOneField}
    made_then = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return _Column(
        field=field,
        kept=field.attname if known and type(asked) in _HANDED_ON and not made_then else "",
        hands_on=_HANDED_ON.get(type(asked), frozenset()) if known else frozenset(),
        json=type(field) is models.JSONField and field.encoder is None,
    )


_NONE: Final = type(None)
_HANDED_ON: Final[dict[type, frozenset[type]]] = {
    models.AutoField: frozenset({int, _NONE}),
    models.BigAutoField: frozenset({int, _NONE}),
    models.BigIntegerField: frozenset({int, _NONE}),
    models.BooleanField: frozenset({bool, _NONE}),
    models.CharField: frozenset({str, _NONE}),
    models.DateTimeField: frozenset({_NONE}),
    models.EmailField: frozenset({str, _NONE}),
    models.IntegerField: frozenset({int, _NONE}),
    models.PositiveIntegerField: frozenset({int, _NONE}),
    models.TextField: frozenset({str, _NONE}),
    models.JSONField: frozenset({_NONE}),
    models.UUIDField: frozenset({UUID, _NONE}),
}
_IN_JSON: Final = frozenset({dict, list})


def update(model: type[models.Model], values: Mapping[str, Any], **where: Any) -> int:
    """UPDATEs the rows whose columns equal `where`; how many there were. Objects stand for their ids."""
    statement, columns = _change(model, tuple(values), tuple(where))
    given = [*values.values(), *where.values()]
    plain = [value.pk if isinstance(value, models.Model) else value for value in given]
    with connection.cursor() as cursor:
        run(cursor, statement, [column.prepared(one) for column, one in zip(columns, plain, strict=True)])
        return int(cursor.rowcount)


@cache
def _change(model: type[models.Model], names: tuple[str, ...], where: tuple[str, ...]) -> tuple[str, Sequence[_Column]]:
    meta, quote = model._meta, connection.ops.quote_name  # noqa: SLF001 - Django's documented door
    known: dict[str, models.Field[Any, Any]] = {field.name: field for field in meta.concrete_fields}
    fields = [meta.pk if name == "pk" else known[name] for name in (*names, *where)]
    marks = [f"{quote(str(field.column))} = %s" for field in fields]
    changes, conditions = ", ".join(marks[: len(names)]), " AND ".join(marks[len(names) :])
    return f"UPDATE {quote(meta.db_table)} SET {changes} WHERE {conditions}", [*map(_column, fields)]  # noqa: S608 - names of our own models


def ask(statement: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """The one row that a statement with `%(name)s` in it answers."""
    return ask_all(statement, values)[0]


def ask_all(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Every row of it."""
    text, names = _positional(statement)
    with connection.cursor() as cursor:
        run(cursor, text, [values[name] for name in names])
        return list(cursor.fetchall())


@cache
def _positional(statement: str) -> tuple[str, list[str]]:
    return _NAMED.sub("%s", statement), _NAMED.findall(statement)


def run(cursor: CursorWrapper, statement: str, values: Sequence[Any]) -> None:
    """Executes a statement that PostgreSQL has planned once for this connection; only its values are new.

    Behind a pooler that hands out another connection each time (DISABLE_SERVER_SIDE_CURSORS, as for Django itself) the
    plain statement goes out.
    """
    _execute(cursor, [*_let_go(cursor.db), (statement, values)])


def _let_go(ours: Any) -> list[_Sent]:
    waiting = _waiting.get(ours.connection)
    if not waiting:
        return []
    gone = waiting[:]
    waiting.clear()
    return gone


def _execute(cursor: CursorWrapper, sent: Sequence[_Sent]) -> None:
    """On one way; the cursor has the answer to the last."""
    text = "; ".join([_planned(cursor.db, statement) for statement, _values in sent])
    try:
        cursor.execute(text, [value for _statement, values in sent for value in values])
    except NotSupportedError:  # a migration changed a column meanwhile: planned anew the next time
        _plans[cursor.db.connection].clear()
        raise


def _planned(ours: Any, statement: str) -> str:
    """What is sent in place of the statement."""
    if ours.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        return statement
    known = _plans.setdefault(ours.connection, {})
    sent = known.get(statement)
    if sent is None:
        name = f"desk_{next(_names)}"
        with ours.wrap_database_errors, ours.connection.cursor() as plain:
            numbers = count(1)
            plain.execute(f"PREPARE {name} AS " + _MARK.sub(lambda _mark: f"${next(numbers)}", statement))
        marks = _MARK.findall(statement)
        sent = known[statement] = f"EXECUTE {name}({', '.join(marks)})" if marks else f"EXECUTE {name}"
    return sent


_MARK: Final = re.compile("%s")
_NAMED: Final = re.compile(r"%\((\w+)\)s")
_names = count(1)  # never used twice, whatever became of the one before
_Sent = tuple[str, Sequence[Any]]
_waiting: WeakKeyDictionary[Any, list[_Sent]] = WeakKeyDictionary()  # by connection, while a block collects
_plans: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()  # by connection: what is sent for each statement


class Given(models.Value):
    """Stands in a prepared query where a value will be: `Given("address")`."""

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class Prepared(Generic[M]):
    """A query whose shape never changes, compiled once per process; asked again and again with other values.

    `build` names each value by a `Given`. For the few questions that every incoming mail or every look at a ticket
    asks: compiling them anew costs several times what PostgreSQL needs to answer.

    `changed`: an UPDATE with `%(name)s` in it that returns whole rows of the model. The query then reads only these,
    as they have become, in the same statement. `many` of the rows that `build` lets through are read, not one.
    """

    def __init__(self, build: Callable[[], models.QuerySet[M, Any]], *, changed: str = "", many: bool = False) -> None:
        self.build, self.many = build, many
        self.changed, self.names = _positional(changed)

    def first(self, **values: Any) -> M | None:
        """The first row, made into an object as the ORM does, with what is related and annotated; None without one."""
        return next(iter(self.all(**values)), None)

    def all(self, **values: Any) -> list[M]:
        """Every row that `build` lets through, in its order."""
        return [self._object(row) for row in self._rows(values)]

    def values(self, **values: Any) -> list[tuple[Any, ...]]:
        """For a `build` that ends in `values_list`."""
        found = self._rows(values)
        assert self._compiled  # the compiler knows its columns after compiling
        converters = self._compiler.get_converters([column for column, *_rest in self._compiler.select])
        return [tuple(row) for row in self._compiler.apply_converters(found, converters)] if converters else found

    def _rows(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        given = [values[name] for name in self.names]
        given += [values[one.value] if isinstance(one, Given) else one for one in self._parameters]
        with connection.cursor() as cursor:
            run(cursor, self._sql, given)
            return list(cursor.fetchall())

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
        built = self.build() if self.many else self.build()[:1]
        return built.query.get_compiler(DEFAULT_DB_ALIAS)

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[Any]]:
        sql, parameters = self._compiler.as_sql()
        if self.changed:  # the rows bear the table's own name, which means them from here on
            table = connection.ops.quote_name(self._compiler.query.get_meta().db_table)
            sql = f"WITH {table} AS ({self.changed}) {sql}"
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
