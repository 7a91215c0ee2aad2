"""Reports where people work: the newest ones on the partner's page, and their list beside the dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy

from certification.reports import access, standing
from partners import panels
from partners.certified import tabs
from partners.certified.tabs import Tab
from partners.panels import Page, Panel
from tickets import partner_page

SHOWN: Final = 3
TAB: Final = "reports"
SLUG: Final = "certification_reports"  # in place of the card that only lists tickets


def register() -> None:
    """Called once when the process starts."""
    tabs.register(
        Tab(slug=TAB, label=gettext_lazy("Reports"), url_name="certification:reports", order=50, desk_only=True)
    )
    panels.register(
        Panel(
            slug=SLUG,
            title=gettext_lazy("Certification reports"),
            template="certification/partner_card.html",
            read=read,
            order=42,
            half=True,
        )
    )


def read(page: Page) -> Mapping[str, Any] | None:
    """The tickets the page has read anyway, and one statement: the reports, for those who may read them."""
    held = partner_page.family(page, SLUG)
    rows = access.reports_for(page.user).filter(account=page.account, withdrawn=None)
    found = list(rows[: SHOWN + 1])
    if not found and held is None:
        return None
    lines = [{"report": one, "open": standing.is_open(one), "counts": standing.passed(one)} for one in found[:SHOWN]]
    return {"lines": lines, "more": len(found) > SHOWN, "held": held}
