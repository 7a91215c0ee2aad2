"""Contracted territories as a spreadsheet writes them: the whole list an account shall have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.db import connection

from partners.models import Account
from routing.bulk.naming import folded

# The name as Salesforce has it, by the name as people type it.
Known = Mapping[str, str]


class Difference(NamedTuple):
    add: list[str]
    remove: list[str]


NOTHING: Final = Difference([], [])


def known() -> Known:
    """Every territory some account has, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT unnest(contracted_territories) FROM {Account._meta.db_table}")  # noqa: S608, SLF001 - our own table's name
        return {folded(name): name for (name,) in cursor.fetchall()}


def parsed(said: str, spelt: Known) -> list[str]:
    """“Germany; austria”: each once, as Salesforce spells it. A comma separates only where no semicolon does."""
    whole = folded(said)
    if not whole:
        return []
    if whole in spelt:
        return [spelt[whole]]
    parts = said.split(";") if ";" in said else said.split(",")
    named = [" ".join(part.split()) for part in parts]
    return list(dict.fromkeys(spelt.get(folded(name), name) for name in named if name))


def difference(now: list[str], wanted: list[str]) -> Difference:
    """Nothing said means that they stay."""
    if not wanted:
        return NOTHING
    return Difference([one for one in wanted if one not in now], [one for one in now if one not in wanted])
