"""A partner's opportunities with the manager the rules give each of them, on the partner's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners import deals, panels
from partners.models import Opportunity
from partners.panels import Page
from routing import owners
from routing.found import Found
from routing.owners import Deal

TEMPLATE: Final = "routing/opportunities.html"


@dataclass(frozen=True, kw_only=True)
class Line:
    """An opportunity with the answer, and where the answer explains itself."""

    opportunity: Opportunity
    url: str
    found: Found
    asked: str


def register() -> None:
    """Called once when the process starts; takes the place of the card without managers."""
    panels.register(
        panels.Panel(slug="opportunities", title=_("Opportunities"), template=TEMPLATE, read=_read, order=55)
    )


def _read(page: Page) -> Mapping[str, Any] | None:
    found = deals.newest(page.account)
    lines = [_line(one, page) for one in found.lines]
    return {"deals": {"lines": lines, "more": found.more}} if lines else None


def _line(deal: deals.Deal, page: Page) -> Line:
    """No statement: the partner and the keys are here."""
    one = deal.opportunity
    keys = Deal(account=page.account, segment=one.segment, territory=one.territory, public_sector=one.public_sector)
    asked = urlencode({"about": "opportunity", "opportunity": one.number or one.salesforce_id})
    return Line(
        opportunity=one,
        url=deal.url,
        found=owners.opportunity_owner(keys),
        asked=f"{reverse('routing:ask')}?{asked}",
    )
