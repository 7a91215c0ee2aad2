"""WHERE, in SQL: every value is bound to a mark."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.salesforce import ids
from sandbox.salesforce.errors import Problem
from sandbox.salesforce.plans import Column, Plan, invalid
from sandbox.salesforce.schema import Field
from sandbox.salesforce.soql import Compared, Joined, Listed, Negated, Value
from sandbox.salesforce.store import written

DATES = {"DATE", "NAMED_DATE"}
TAKES = {
    "boolean": {"TRUE", "FALSE"},
    "date": DATES,
    "datetime": {"DATETIME", *DATES},
    "int": {"NUMBER"},
    "double": {"NUMBER"},
    "currency": {"NUMBER"},
}


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
    if part.value.kind == "NULL" or (part.value.kind == "STRING" and not part.value.text):
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
