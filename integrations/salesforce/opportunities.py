"""Opportunities that may be meant by what somebody wrote: one pool from every key, the surest keys first.

Nothing is decided here. Names are asked for word by word, because nobody writes them as they stand in Salesforce;
whoever asks compares and ranks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from integrations.asking import question
from integrations.salesforce import fields, ids, making, optional, people, soql
from integrations.salesforce.shapes import OpportunityRef, Row

PREFIX: Final = "006"  # how ids of opportunities begin
MOST: Final = 200
PEOPLE: Final = ("owner", "isr", "channel_manager")
WORD: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
SHORTEST, STEM, WORDS = 3, 5, 6
# What many names have in common says nothing about one of them.
COMMON: Final = frozenset({
    "gmbh", "inc", "llc", "ltd", "plc", "corp", "company", "limited", "group", "holding", "pty", "sas", "sarl", "srl",
    "spa", "the", "and", "und", "for", "von", "der", "die", "das", "les", "premium", "ultimate", "starter", "renewal",
    "licence", "license", "licences", "licenses", "subscription", "users", "seats", "order", "quote", "new", "addon",
    "upgrade", "year", "years", "opportunity",
})  # fmt: skip
NEAR: Final = 1  # of an amount: rounded


@question("salesforce.opportunities")
def candidates(
    *,
    number: str = "",
    quote: str = "",
    name: str = "",
    customer: str = "",
    amount: Decimal | None = None,
    partner: str = "",
    limit: int = 50,
) -> list[OpportunityRef]:
    """By number or id, by quote, by words of the names, by amount (of this partner), and what it has open."""
    most = min(max(limit, 1), MOST)
    named = words(name), words(customer)
    pool: dict[str, Row] = {}
    by_key = (
        _by_number(number.strip()),
        _by_quote(quote.strip()),
        _with_all(named, most),
        _by_amount(amount, partner, most),
        _with_any(named, max(most // 2, 1)),  # leaves room for the partner's own
        _open_of(partner, most),
    )
    for rows in by_key:
        for row in rows:
            pool.setdefault(row["id"], row)
        if len(pool) >= most:
            break
    return _with_people(list(pool.values())[:most])


@question("salesforce.opportunity")
def opportunity(identity: str) -> OpportunityRef | None:
    found = _with_people(soql.select("Opportunity", "Id = {}", ids.full_id(identity)))
    return found[0] if found else None


def words(text: str) -> list[str]:
    """Those that tell one name from another, the longest first."""
    found = dict.fromkeys(WORD.findall(text))
    telling = [one for one in found if len(one) >= SHORTEST and one.casefold() not in COMMON]
    return sorted(telling or found, key=len, reverse=True)[:WORDS]


def _with_people(rows: Sequence[Row]) -> list[OpportunityRef]:
    known = people.of(rows, *PEOPLE)
    return [replace(making.opportunity(row, known), quote=str(row.get("quote") or "")) for row in rows]


def _by_number(number: str) -> Iterator[Row]:
    if ids.may_be_id(number, prefix=PREFIX):
        yield from soql.select("Opportunity", "Id = {}", ids.full_id(number))
    elif number:
        yield from soql.select("Opportunity", f"{fields.api('Opportunity', 'number')} = {{}}", number)


def _by_quote(number: str) -> Iterator[Row]:
    """Of organisations that keep quotes; each opportunity says by which it was found."""
    if not number or not optional.there("Quote"):
        return
    api = {name: fields.api("Quote", name) for name in ("number", "name")}
    quotes = soql.select("Quote", f"{api['number']} = {{}} OR {api['name']} = {{}}", number, number)
    by_opportunity = {one["opportunity"]: str(one.get("number") or number) for one in quotes if one["opportunity"]}
    for page in soql.among("Opportunity", "id", list(by_opportunity)):
        yield from ({**row, "quote": by_opportunity[row["id"]]} for row in page)


def _with_all(named: Sequence[list[str]], most: int) -> Iterator[Row]:
    """Every word of the one name, and every one of the other."""
    for wanted in named:
        if wanted:
            yield from _like(wanted, " AND ", most)


def _with_any(named: Sequence[list[str]], most: int) -> Iterator[Row]:
    """A word of them; where none is there, how one begins: letters are mistyped."""
    wanted = list(dict.fromkeys(word for several in named for word in several))
    rows = _like(wanted, " OR ", most) if wanted else []
    stems = [word[:STEM] for word in wanted if len(word) > STEM]
    yield from rows or (_like(stems, " OR ", most) if stems else [])


def _like(wanted: Sequence[str], word: str, most: int) -> list[Row]:
    """Each in the opportunity's name or in the customer's; those changed last come first."""
    customer = f"{soql.relationship(fields.api('Opportunity', 'account'))}.{fields.api('Account', 'name')}"
    one = f"({fields.api('Opportunity', 'name')} LIKE '%{{:like}}%' OR {customer} LIKE '%{{:like}}%')"
    values = [text for text in wanted for _column in range(2)]
    tail = f" ORDER BY LastModifiedDate DESC LIMIT {most}"
    return soql.select("Opportunity", word.join([one] * len(wanted)), *values, tail=tail)


def _by_amount(amount: Decimal | None, partner: str, most: int) -> Iterator[Row]:
    if amount is None:
        return
    column = fields.api("Opportunity", "amount")
    conditions: list[str] = [f"{column} >= {{}}", f"{column} <= {{}}"]
    values: list[Any] = [float(amount - NEAR), float(amount + NEAR)]
    if ids.is_id(partner):
        theirs, mine = _of(partner)
        conditions.append(theirs)
        values += mine
    tail = f" ORDER BY LastModifiedDate DESC LIMIT {most}"
    yield from soql.select("Opportunity", " AND ".join(conditions), *values, tail=tail)


def _open_of(partner: str, most: int) -> Iterator[Row]:
    """What the partner may be writing about at all."""
    if not ids.is_id(partner):
        return
    theirs, mine = _of(partner)
    condition = f"{theirs} AND {fields.api('Opportunity', 'closed')} = false"
    tail = f" ORDER BY {fields.api('Opportunity', 'close_date')} LIMIT {most}"
    yield from soql.select("Opportunity", condition, *mine, tail=tail)


def _of(partner: str) -> tuple[str, list[str]]:
    """Whose deal it is; where the organisation keeps distributors, also what goes through them."""
    names = ["partner", *(["distributor"] if optional.has("Opportunity", "distributor") else [])]
    each = [f"{fields.api('Opportunity', name)} = {{}}" for name in names]
    return f"({' OR '.join(each)})", [ids.full_id(partner)] * len(names)
