"""Invoices by what a partner may know of one: its number, a date, or the opportunity it was written for."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from integrations.asking import question
from integrations.salesforce import fields, ids, making, soql
from integrations.salesforce.shapes import InvoiceRef

MOST: Final = 200
ENOUGH: Final = 4  # characters by which the end of a number is known


@question("salesforce.invoices")
def invoices(
    *,
    account: str = "",
    number: str = "",
    opportunity: str = "",
    on: date | None = None,
    between: tuple[date, date] | None = None,
    limit: int = 50,
) -> list[InvoiceRef]:
    """Those that meet everything given, the newest first; without anything none.

    A date is that of the invoice or the close date of its won opportunity. The whole number is found before the end of
    one (`24417` of `INV-0024417`).
    """
    first, last = between or (on, on)
    conditions, values = _conditions(account=account, opportunity=opportunity, first=first, last=last)
    wanted, column = number.strip(), fields.api("Invoice", "number")
    if not wanted:
        return _select(conditions, values, limit) if conditions else []
    exact = _select([*conditions, f"{column} = {{}}"], [*values, wanted], limit)
    if exact or len(wanted) < ENOUGH:
        return exact
    return _select([*conditions, f"{column} LIKE '%{{:like}}'"], [*values, wanted], limit)


def _conditions(
    *, account: str, opportunity: str, first: date | None, last: date | None
) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []
    for name, identity in (("account", account), ("opportunity", opportunity)):
        if identity:
            conditions.append(f"{fields.api('Invoice', name)} = {{}}")
            values.append(ids.full_id(identity))
    if first is not None and last is not None:
        to = soql.relationship(fields.api("Invoice", "opportunity"))
        day, closed = fields.api("Invoice", "date"), f"{to}.{fields.api('Opportunity', 'close_date')}"
        won = f"{to}.{fields.api('Opportunity', 'won')} = true"
        spans = f"({day} >= {{}} AND {day} <= {{}})", f"({closed} >= {{}} AND {closed} <= {{}} AND {won})"
        conditions.append(f"({' OR '.join(spans)})")
        values += [first, last, first, last]
    return conditions, values


def _select(conditions: list[str], values: list[Any], limit: int) -> list[InvoiceRef]:
    tail = f" ORDER BY {fields.api('Invoice', 'date')} DESC NULLS LAST, Id LIMIT {min(max(limit, 1), MOST)}"
    return [making.invoice(row) for row in soql.select("Invoice", " AND ".join(conditions), *values, tail=tail)]
