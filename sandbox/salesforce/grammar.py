"""The vendor's query language, read by a grammar; what it cannot read is MALFORMED_QUERY."""

from __future__ import annotations

import re
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, VisitError

from sandbox.salesforce.errors import Problem
from sandbox.salesforce.soql import Compared, Joined, Listed, Negated, Query, Sort, Value

GRAMMAR = r"""
query: SELECT selection FROM PATH [where] [order] [limit] [offset]
selection: COUNT "(" ")" -> count
         | column ("," column)* -> columns
column: PATH -> path
      | COUNT "(" PATH ")" -> count_of
where: WHERE condition
?condition: simple
          | simple (AND simple)+ -> all_of
          | simple (OR simple)+ -> any_of
?simple: NOT simple -> negated
       | "(" condition ")"
       | PATH OPERATOR value -> compared
       | PATH LIKE value -> like
       | PATH IN values -> is_in
       | PATH NOT IN values -> not_in
       | PATH INCLUDES values -> includes
       | PATH EXCLUDES values -> excludes
values: "(" value ("," value)* ")"
value: STRING | DATETIME | DATE | NUMBER | TRUE | FALSE | NULL | NAMED_DATE
order: ORDER BY sort ("," sort)*
sort: PATH [DIRECTION] [NULLS PLACE]
limit: LIMIT NUMBER
offset: OFFSET NUMBER

SELECT.3: /select\b/i
FROM.3: /from\b/i
WHERE.3: /where\b/i
COUNT.3: /count\b(?=\s*\()/i
AND.3: /and\b/i
OR.3: /or\b/i
NOT.3: /not\b/i
LIKE.3: /like\b/i
IN.3: /in\b/i
INCLUDES.3: /includes\b/i
EXCLUDES.3: /excludes\b/i
ORDER.3: /order\b/i
BY.3: /by\b/i
DIRECTION.3: /(asc|desc)\b/i
NULLS.3: /nulls\b/i
PLACE.3: /(first|last)\b/i
LIMIT.3: /limit\b/i
OFFSET.3: /offset\b/i
TRUE.3: /true\b/i
FALSE.3: /false\b/i
NULL.3: /null\b/i
NAMED_DATE.2: /(today|yesterday|tomorrow|this_month|last_month|this_year|last_year)\b|(last|next)_n_days:\d+/i
OPERATOR: "=" | "!=" | "<>" | "<=" | ">=" | "<" | ">"
STRING: /'(\\.|[^'\\])*'/s
DATETIME.2: /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})/
DATE.1: /\d{4}-\d{2}-\d{2}(?!T)/
NUMBER: /[+-]?\d+(\.\d+)?/
PATH: /[a-z_]\w*(\.[a-z_]\w*)*/i
%ignore /\s+/
"""


def parse(text: str) -> Query:
    try:
        query = Build().transform(PARSER.parse(text))
    except UnexpectedCharacters as problem:
        raise malformed(text, problem.pos_in_stream or 0) from problem
    except UnexpectedInput as problem:
        token = getattr(problem, "token", None)
        raise malformed(text, token.start_pos if token is not None and token.start_pos else len(text)) from problem
    except VisitError as problem:
        raise problem.orig_exc from problem
    assert isinstance(query, Query)
    return query


def malformed(text: str, place: int) -> Problem:
    """Points at the place, as the vendor does."""
    word = re.match(r"\S+", text[place:])
    said = f"unexpected token: '{word.group()}'" if word else "unexpected token: '<EOF>'"
    around, before = text[max(place - 30, 0) : place + 20], min(place, 30)
    return Problem("MALFORMED_QUERY", f"\n{around}\n{' ' * before}^\nERROR at Row:1:Column:{place + 1}\n{said}")


class Build(Transformer[Token, Any]):
    """From the grammar's tree to the rows above."""

    def query(self, parts: list[Any]) -> Query:
        _select, (paths, counted), _from, sobject, where, order, limit, offset = parts
        return Query(str(sobject), paths, counted, where, order or (), limit, offset or 0)

    def count(self, _parts: list[Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return (), ()

    def columns(self, parts: list[tuple[str, bool]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        paths = tuple(path for path, counted in parts if not counted)
        counted = tuple(path for path, counted in parts if counted)
        if counted and paths:
            raise Problem("MALFORMED_QUERY", f"Field must be grouped or aggregated: {paths[0]}")
        return paths, counted

    def path(self, parts: list[Token]) -> tuple[str, bool]:
        return str(parts[0]), False

    def count_of(self, parts: list[Token]) -> tuple[str, bool]:
        return str(parts[1]), True

    def where(self, parts: list[Any]) -> Any:
        return parts[1]

    def all_of(self, parts: list[Any]) -> Joined:
        return Joined("AND", tuple(parts[::2]))

    def any_of(self, parts: list[Any]) -> Joined:
        return Joined("OR", tuple(parts[::2]))

    def negated(self, parts: list[Any]) -> Negated:
        return Negated(parts[1])

    def compared(self, parts: list[Any]) -> Compared:
        return Compared(str(parts[0]), str(parts[1]).replace("<>", "!="), parts[2])

    def like(self, parts: list[Any]) -> Compared:
        return Compared(str(parts[0]), "LIKE", parts[2])

    def is_in(self, parts: list[Any]) -> Listed:
        return Listed(str(parts[0]), "IN", parts[-1], negated=False)

    def not_in(self, parts: list[Any]) -> Listed:
        return Listed(str(parts[0]), "IN", parts[-1], negated=True)

    def includes(self, parts: list[Any]) -> Listed:
        return Listed(str(parts[0]), "INCLUDES", parts[-1], negated=False)

    def excludes(self, parts: list[Any]) -> Listed:
        return Listed(str(parts[0]), "INCLUDES", parts[-1], negated=True)

    def values(self, parts: list[Value]) -> tuple[Value, ...]:
        return tuple(parts)

    def value(self, parts: list[Token]) -> Value:
        token = parts[0]
        return Value(token.type, str(token)[1:-1] if token.type == "STRING" else str(token))

    def order(self, parts: list[Any]) -> tuple[Sort, ...]:
        return tuple(parts[2:])

    def sort(self, parts: list[Any]) -> Sort:
        path, direction, _nulls, place = parts
        return Sort(str(path), (direction or "").lower() == "desc", (place or "").lower() == "last")

    def limit(self, parts: list[Token]) -> int:
        return int(float(parts[1]))

    def offset(self, parts: list[Token]) -> int:
        return int(float(parts[1]))


PARSER = Lark(GRAMMAR, start="query", parser="lalr", maybe_placeholders=True, propagate_positions=False)
