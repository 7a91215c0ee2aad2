"""From a parsed query to SQL: paths become joins, every value is bound, nothing of the text is copied."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.salesforce import ids, objects
from sandbox.salesforce.errors import Problem
from sandbox.salesforce.schema import Field, SObject
from sandbox.salesforce.soql import Compared, Joined, Listed, Negated, Query, Value
from sandbox.salesforce.store import Clock, written

DATES = {"DATE", "NAMED_DATE"}
TAKES = {
    "boolean": {"TRUE", "FALSE"},
    "date": DATES,
    "datetime": {"DATETIME", *DATES},
    "int": {"NUMBER"},
    "double": {"NUMBER"},
    "currency": {"NUMBER"},
}
LINK = "ContentDocumentLink"
MAX_OFFSET = 2000


@dataclass(frozen=True)
class Column:
    """`path` is how the answer nests it: names of relationships, then the field's."""

    path: tuple[str, ...]
    alias: str
    field: Field
    sobject: SObject


@dataclass
class Plan:
    """`joins` by the path that leads there; alias `t` is the object itself."""

    sobject: SObject
    clock: Clock
    joins: dict[tuple[str, ...], tuple[str, SObject]] = field(default_factory=dict)
    tables: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    where: str = ""
    tail: str = ""

    @property
    def source(self) -> str:
        return " ".join([f'"{self.sobject.name}" t', *self.tables])

    def column(self, path: str) -> Column:
        """Leads from relationship to relationship, joining what is not joined yet."""
        alias, sobject, taken = "t", self.sobject, tuple[str, ...]()
        *relations, name = path.split(".")
        if relations and relations[0].lower() == sobject.name.lower():
            relations = relations[1:]
        for relation in relations:
            alias, sobject, taken = self.joined(alias, sobject, taken, relation)
        found = sobject.field(name)
        if found is None:
            raise no_such_column(name, sobject)
        return Column((*taken, found.name), alias, found, sobject)

    def joined(
        self, alias: str, sobject: SObject, taken: tuple[str, ...], relation: str
    ) -> tuple[str, SObject, tuple[str, ...]]:
        via = sobject.by_relationship.get(relation.lower())
        if via is None or not via.to:
            raise Problem(
                "INVALID_FIELD",
                f"Didn't understand relationship '{relation}' in field path. If you are attempting to use a custom "
                "relationship, be sure to append the '__r' after the custom relationship name.",
            )
        path = (*taken, via.relationship)
        if path not in self.joins:
            target, name = objects.OBJECTS[via.to], f"j{len(self.joins)}"
            self.joins[path] = name, target
            self.tables.append(f'LEFT JOIN "{target.name}" {name} ON {name}.Id = {alias}."{via.name}"')
        return *self.joins[path], path


def plan(query: Query, *, deleted: bool, clock: Clock) -> Plan:
    """Deleted rows are seen by queryAll only."""
    sobject = objects.find(query.sobject)
    if sobject is None:
        raise Problem(
            "INVALID_TYPE",
            f"sObject type '{query.sobject}' is not supported. If you are attempting to use a custom object, be sure "
            "to append the '__c' after the entity name.",
        )
    if sobject.name == LINK and not narrowed(query.where):
        raise Problem(
            "MALFORMED_QUERY",
            "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or "
            "LinkedEntityId using the equals operator or multiple Id's using the IN operator.",
        )
    made = Plan(sobject, clock)
    made.columns = [made.column(path) for path in query.paths or query.counted or ("Id",)]
    conditions = [] if deleted else ["t.IsDeleted = 0"]
    if query.where is not None:
        conditions.append(condition(made, query.where))
    made.where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    made.tail = ordered(made, query) + bounded(query)
    return made


def narrowed(where: object) -> bool:
    """Whether every row must have one of the named documents or records."""
    if isinstance(where, Joined):
        return (any if where.word == "AND" else all)(narrowed(part) for part in where.parts)
    if not isinstance(where, Compared | Listed) or where.path.lower() not in {"contentdocumentid", "linkedentityid"}:
        return False
    return where.operator == "=" if isinstance(where, Compared) else where.operator == "IN" and not where.negated


def ordered(made: Plan, query: Query) -> str:
    """Rows without a value come first unless the query says otherwise."""
    parts = []
    for sort in query.order:
        column = made.column(sort.path)
        if column.field.type in {"multipicklist", "base64"} or not column.field.filter:
            raise Problem("MALFORMED_QUERY", f"field '{column.field.name}' can not be sorted in a query call")
        name = f'{column.alias}."{column.field.name}"'
        name = name if column.field.type in {*TAKES, "id", "reference"} else f"fold({name})"
        parts.append(f"{name} {'DESC' if sort.descending else 'ASC'} NULLS {'LAST' if sort.nulls_last else 'FIRST'}")
    return f" ORDER BY {', '.join(parts)}" if parts else ""


def bounded(query: Query) -> str:
    if query.offset > MAX_OFFSET:
        raise Problem("NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {MAX_OFFSET}")
    if query.limit is None and not query.offset:
        return ""
    return f" LIMIT {-1 if query.limit is None else query.limit} OFFSET {query.offset}"


def condition(made: Plan, part: object) -> str:
    """A missing value makes a comparison false, and its contrary true: there is no third state."""
    if isinstance(part, Joined):
        return "(" + f" {part.word} ".join(condition(made, one) for one in part.parts) + ")"
    if isinstance(part, Negated):
        return f"(NOT IFNULL({condition(made, part.part)}, 0))"
    assert isinstance(part, Compared | Listed)
    column = made.column(part.path)
    if not column.field.filter:
        raise invalid(f"field '{column.field.name}' can not be filtered in a query call")
    name = f'{column.alias}."{column.field.name}"'
    return compared(made, column.field, name, part) if isinstance(part, Compared) else listed(made, column, name, part)


def compared(made: Plan, column: Field, name: str, part: Compared) -> str:
    if part.operator == "LIKE":
        if column.type in {*TAKES, "id", "reference", "multipicklist"} or part.value.kind != "STRING":
            raise invalid(f"invalid operator on {column.type} field '{column.name}'")
        made.values.append(part.value.pattern.casefold())
        return f"(fold({name}) LIKE ? ESCAPE '\\')"
    if part.value.kind == "NULL":
        if part.operator not in {"=", "!="}:
            raise Problem("MALFORMED_QUERY", "unexpected token: 'null'")
        return f"({name} IS {'' if part.operator == '=' else 'NOT '}NULL)"
    if part.value.kind == "NAMED_DATE" or (column.type == "datetime" and part.value.kind == "DATE"):
        return in_span(made, column, name, part)
    name, value = sided(column, name, part.value)
    made.values.append(value)
    return f"({name} IS NOT ?)" if part.operator == "!=" else f"({name} {part.operator} ?)"


def in_span(made: Plan, column: Field, name: str, part: Compared) -> str:
    """A day or a month is a span: `=` is inside it, `>` is after its end."""
    fitting(column, part.value)
    first, after = span(part.value.text.upper(), made.clock().date())
    begin, end = (f"{day}T00:00:00.000+0000" if column.type == "datetime" else f"{day}" for day in (first, after))
    inside = {"=": (begin, end), "!=": (begin, end)}.get(part.operator)
    if inside:
        made.values += inside
        return f"({'NOT ' if part.operator == '!=' else ''}IFNULL({name} >= ? AND {name} < ?, 0))"
    operator, edge = {"<": ("<", begin), "<=": ("<", end), ">": (">=", end), ">=": (">=", begin)}[part.operator]
    made.values.append(edge)
    return f"({name} {operator} ?)"


def span(word: str, today: date) -> tuple[date, date]:
    """The first day, and the first one after."""
    day, month, year = timedelta(days=1), today.replace(day=1), today.replace(month=1, day=1)
    name, _colon, count = word.partition(":")
    spans = {
        "TODAY": (today, today + day),
        "YESTERDAY": (today - day, today),
        "TOMORROW": (today + day, today + 2 * day),
        "THIS_MONTH": (month, (month + 31 * day).replace(day=1)),
        "LAST_MONTH": ((month - day).replace(day=1), month),
        "THIS_YEAR": (year, year.replace(year=year.year + 1)),
        "LAST_YEAR": (year.replace(year=year.year - 1), year),
        "LAST_N_DAYS": (today - int(count or 0) * day, today + day),
        "NEXT_N_DAYS": (today + day, today + (int(count or 0) + 1) * day),
    }
    if name in spans:
        return spans[name]
    try:
        return date.fromisoformat(word), date.fromisoformat(word) + day
    except ValueError as problem:
        raise Problem("MALFORMED_QUERY", f"line 1: no viable alternative at {word}") from problem


def listed(made: Plan, column: Column, name: str, part: Listed) -> str:
    if part.operator == "INCLUDES":
        return included(made, column.field, name, part)
    if column.field.type == "multipicklist":
        raise invalid(f"'IN' is invalid on multi-select picklist field '{column.field.name}'")
    sides = [sided(column.field, name, value) for value in part.values if value.kind != "NULL"]
    if sides:
        name = sides[0][0]
    made.values.append(json.dumps([value for _name, value in sides]))
    found = f"({name} IN (SELECT value FROM json_each(?)))"  # noqa: S608 - names of our schema
    if part.negated:
        found = f"IFNULL({found}, 0)"
    if len(sides) < len(part.values):
        found = f"({found} OR {name} IS NULL)"
    return f"(NOT {found})" if part.negated else found


def included(made: Plan, column: Field, name: str, part: Listed) -> str:
    """`('A;B', 'C')`: both A and B, or C."""
    if column.type != "multipicklist" or any(value.kind != "STRING" for value in part.values):
        raise invalid(f"operator 'includes' is invalid on {column.type} field '{column.name}'")
    choices = []
    for value in part.values:
        wanted = [f";{one};".casefold() for one in value.plain.split(";")]
        made.values += wanted
        choices.append("(" + " AND ".join([f"instr(';' || fold({name}) || ';', ?) > 0"] * len(wanted)) + ")")
    found = f"IFNULL({' OR '.join(choices)}, 0)"
    return f"(NOT {found})" if part.negated else f"({found})"


def sided(column: Field, name: str, value: Value) -> tuple[str, Any]:
    """Both sides of a comparison: texts without regard to case, ids in full, moments in UTC."""
    fitting(column, value)
    if column.type in {"id", "reference"}:
        identity = ids.full(value.plain)
        if value.plain and not identity:
            raise Problem("INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {value.plain}")
        return name, identity
    if column.type == "datetime":
        return name, written(datetime.fromisoformat(value.text))
    if column.type == "date":
        return name, value.text
    if value.kind == "STRING":
        return f"fold({name})", value.plain.casefold()
    return name, {"TRUE": 1, "FALSE": 0}[value.kind] if column.type == "boolean" else float(value.text)


def fitting(column: Field, value: Value) -> None:
    takes = TAKES.get(column.type, {"STRING"})
    if value.kind not in takes:
        quotes = "should" if takes == {"STRING"} else "should not"
        raise invalid(
            f"value of filter criterion for field '{column.name}' must be of type {column.type} and {quotes} be "
            "enclosed in quotes"
        )


def invalid(sentence: str) -> Problem:
    return Problem("INVALID_FIELD", sentence)


def no_such_column(name: str, sobject: SObject) -> Problem:
    return invalid(
        f"No such column '{name}' on entity '{sobject.name}'. If you are attempting to use a custom field, be sure to "
        "append the '__c' after the custom field name. Reference your WSDL or the describe call for the names."
    )
