"""The facts of an opportunity straight from Salesforce, for one that our mirror does not have. Workers and commands."""

from __future__ import annotations

from typing import Final

from integrations import shared
from integrations.errors import VendorError
from integrations.salesforce import reading
from integrations.salesforce.shapes import OpportunityRef
from partners.models import Account
from routing.facts import opportunity_id
from routing.waiting import Answer, key_of

SECONDS: Final = 60
_YES_NO: Final = {True: "yes", False: "no", None: ""}


def read(asked: str) -> Answer:
    """By id, link or number; VendorError when Salesforce cannot be asked."""
    identity = opportunity_id(asked)
    if identity:
        found = reading.opportunity(identity)
        return _answer(found) if found is not None else {}
    several = reading.find_opportunity(number=asked, limit=2)
    return _answer(several[0]) if len(several) == 1 else {}


def read_for_others(asked: str) -> None:
    """Reads it and leaves the answer, or why there is none, where the asker waits for it."""
    try:
        answer = read(asked)
    except VendorError as problem:
        answer = {"problem": problem.words}
    shared.keep(key_of(asked), {"answer": answer}, seconds=SECONDS)


def _answer(found: OpportunityRef) -> Answer:
    return {
        "id": found.id,
        "partner": found.partner,
        "segment": found.owner_segment_geo_region_area,
        "territory": found.stamped_account_sales_territory,
        "public_sector": _YES_NO[found.public_sector],
        **_partner(found.partner),
    }


def _partner(identity: str) -> Answer:
    """What decides about a partner that our mirror does not have: the name, and which table may know it."""
    if not identity or Account.objects.filter(salesforce_id=identity).exists():
        return {}
    found = reading.account(identity)
    if found is None:
        return {}
    return {
        "partner_name": found.name,
        "partner_type": found.partner_type,
        "partner_track": found.track,
        "partner_country": found.country,
        "partner_public_sector": _YES_NO[found.public_sector],
    }
