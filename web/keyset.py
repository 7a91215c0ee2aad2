"""Pages that start behind a row instead of at a number: stable while rows come and go, equally quick at any depth."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from django.db.models import BooleanField, Expression, F, Func, TextField, Value

Read = Callable[[Any], Any]
Way = Literal["after", "before"]
R = TypeVar("R")
LONGEST_CURSOR = 1_500  # a name of 255 signs of four bytes each


@dataclass(frozen=True, kw_only=True)
class Key(Generic[R]):
    """One part of an order: the expression of the database, the same value of a row read, and its type."""

    expression: Expression | F
    of: Callable[[R], Any]
    type: Literal["flag", "number", "text", "time", "day"]


@dataclass(frozen=True, kw_only=True)
class Order(Generic[R]):
    """Keys that all run the same way; the last one is unique."""

    keys: tuple[Key[R], ...]
    descending: bool = False

    def by(self, *, backwards: bool = False) -> list[Any]:
        """What `order_by` gets."""
        down = self.descending != backwards
        return [_direction(key.expression, down=down) for key in self.keys]

    def beyond(self, values: Sequence[Any], *, way: Way = "after") -> Func:
        """The rows after (or before) those values, as one comparison that an index over the keys answers."""
        sign = "<" if self.descending != (way == "before") else ">"
        return _compare([key.expression for key in self.keys], values, sign=sign)

    def cursor(self, row: R) -> str:
        """Where `row` stands, for an address."""
        written = [_write(key.of(row)) for key in self.keys]
        return (
            urlsafe_b64encode(json.dumps(written, separators=(",", ":"), ensure_ascii=False).encode())
            .decode()
            .rstrip("=")
        )

    def read(self, cursor: str) -> list[Any] | None:
        """The values of a cursor; None for anything that is not one of this order."""
        if not cursor or len(cursor) > LONGEST_CURSOR:
            return None
        try:
            found = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if not isinstance(found, list) or len(found) != len(self.keys):
                return None
            return [_READERS[key.type](value) for key, value in zip(self.keys, found, strict=True)]
        except (ValueError, TypeError, binascii.Error):
            return None


@dataclass(frozen=True, kw_only=True)
class Page(Generic[R]):
    """The rows of one page and the cursors of its neighbours; empty where there is none."""

    rows: list[R]
    next: str = ""
    previous: str = ""


def page_of(order: Order[R], found: list[R], *, size: int, way: Way, started: bool) -> Page[R]:
    """Cuts a page from `found`, which holds one row more than a page when there are more in that direction."""
    more = len(found) > size
    rows = found[:size]
    if way == "before":
        rows.reverse()
    ahead, behind = (True, more) if way == "before" else (more, started)
    return Page(
        rows=rows,
        next=order.cursor(rows[-1]) if rows and ahead else "",
        previous=order.cursor(rows[0]) if rows and behind else "",
    )


def rows_before(expressions: Sequence[Expression | F], values: Sequence[Any]) -> Func:
    """The rows whose values come before these, in the order of the expressions."""
    return _compare(expressions, values, sign="<")


def rows_from(expressions: Sequence[Expression | F], values: Sequence[Any]) -> Func:
    """The rows with these values, and all that come after."""
    return _compare(expressions, values, sign=">=")


def _compare(expressions: Sequence[Expression | F], values: Sequence[Any], *, sign: str) -> Func:
    left = Func(*expressions, function="ROW", output_field=TextField())
    right = Func(*[Value(value) for value in values], function="ROW", output_field=TextField())
    return Func(left, right, template="(%(expressions)s)", arg_joiner=f" {sign} ", output_field=BooleanField())


def _direction(expression: Expression | F, *, down: bool) -> Any:
    return expression.desc() if down else expression.asc()


def _write(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**62:
        raise ValueError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError
    return value


def _time(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _day(value: Any) -> date:
    return date.fromisoformat(value)


_READERS: dict[str, Read] = {"flag": _flag, "number": _number, "text": _text, "time": _time, "day": _day}
