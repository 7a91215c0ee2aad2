"""From a parsed query to SQL: paths become joins, every value is bound, nothing of the text is copied."""

from __future__ import annotations

from sandbox.salesforce import objects
from sandbox.salesforce.conditions import TAKES, condition
from sandbox.salesforce.errors import Problem
from sandbox.salesforce.plans import Plan, invalid
from sandbox.salesforce.soql import Compared, Joined, Listed, Query
from sandbox.salesforce.store import Clock

LINK = "ContentDocumentLink"
MAX_OFFSET = 2000


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
    twice = [one for one in made.columns if made.columns.count(one) > 1]
    if twice:
        raise invalid(f"duplicate field selected: {'.'.join(twice[0].path)}")
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
