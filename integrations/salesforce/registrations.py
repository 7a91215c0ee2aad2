"""Registrations as a person asks for them: by the Deal ID somebody wrote, by record, by their opportunity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from integrations.asking import question
from integrations.salesforce import fields, ids, making, people, soql
from integrations.salesforce.shapes import DealRef, Row

IN_ORDER: Final = " ORDER BY CreatedDate, Id"


@question("salesforce.deals")
def deals(deal_id: str) -> list[DealRef]:
    """All with this Deal ID, however its letters are written."""
    return _shaped(_rows(deal_id))


@question("salesforce.deal")
def deal(identity: str) -> DealRef | None:
    """The one record."""
    found = _shaped(soql.select("Registration", "Id = {}", ids.full_id(identity)))
    return found[0] if found else None


@question("salesforce.deals_of")
def deals_of(opportunity: str) -> list[DealRef]:
    """All that are linked to this opportunity, of every kind."""
    condition = f"{fields.api('Registration', 'linked_opportunity')} = {{}}"
    return _shaped(soql.select("Registration", condition, ids.full_id(opportunity), tail=IN_ORDER))


def with_deal_id(deal_id: str) -> list[DealRef]:
    """The same without their managers."""
    return [making.deal(row) for row in _rows(deal_id)]


def _rows(deal_id: str) -> list[Row]:
    """The field may be one that tells capitals from small letters."""
    wanted = deal_id.strip()
    spellings = list(dict.fromkeys([wanted, wanted.upper(), wanted.lower()]))
    condition = f"{fields.api('Registration', 'deal_id')} IN {{}}"
    return soql.select("Registration", condition, spellings, tail=IN_ORDER) if wanted else []


def _shaped(rows: Sequence[Row]) -> list[DealRef]:
    known = people.of(rows, "channel_manager")
    return [making.deal(row, known) for row in rows]
