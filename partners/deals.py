"""The opportunities of a partner: the newest few, each with its page in Salesforce."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import F

from integrations.salesforce import links
from partners.models import Account, Opportunity

SHOWN: Final = 8


@dataclass(frozen=True, kw_only=True)
class Deal:
    """One line of the card; `url` is empty where Salesforce has no such page."""

    opportunity: Opportunity
    url: str


@dataclass(frozen=True, kw_only=True)
class Deals:
    lines: Sequence[Deal]
    more: bool  # others stand in Salesforce


def newest(account: Account) -> Deals:
    """Those that close last stand first; one statement, with one row more to know whether there are others."""
    found = Opportunity.objects.filter(account=account, deleted=None)
    rows = list(found.order_by(F("close_date").desc(nulls_last=True), "-pk")[: SHOWN + 1])
    lines = [Deal(opportunity=one, url=links.record_url("Opportunity", one.salesforce_id)) for one in rows[:SHOWN]]
    return Deals(lines=lines, more=len(rows) > SHOWN)
