"""US PubSec is never Partner Order Operations' (handbook, “Who quotes”): its own distribution and sellers have it."""

from __future__ import annotations

from typing import Final

from integrations.salesforce.shapes import OpportunityRef
from partners.models import Account
from routing.by_partner import is_public_sector
from routing.facts import Where, account_of

SEGMENT: Final = "pubsec-"
TERRITORY: Final = ("uspub-", "uspub_")


def of_account(account: Account | None) -> bool:
    """A partner of the US public sector, as our mirror of Salesforce knows it."""
    if account is None:
        return False
    return is_public_sector(Where(country=account.country, public_sector=account.public_sector))


def of_opportunity(one: OpportunityRef, *, asker: Account | None) -> bool:
    """By its keys, which only the US have; else by its flag, where the partner is of the US or nobody says so."""
    segment, territory = one.owner_segment_geo_region_area, one.stamped_account_sales_territory
    if segment.strip().casefold().startswith(SEGMENT) or territory.strip().casefold().startswith(TERRITORY):
        return True
    if of_account(asker):
        return True
    partner = account_of(one.partner) or asker
    return is_public_sector(Where(country=partner.country if partner else "", public_sector=one.public_sector))
