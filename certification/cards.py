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

SHOWN: Final = 3
TAB: Final = "reports"


def register() -> None:
    """Called once when the process starts."""
    tabs.register(
        Tab(slug=TAB, label=gettext_lazy("Reports"), url_name="certification:reports", order=50, desk_only=True)
    )
    panels.register(
        Panel(
            slug="certification-reports",
            title=gettext_lazy("Certification reports"),
            template="certification/partner_card.html",
            read=read,
            order=46,
            half=True,
        )
    )


def read(page: Page) -> Mapping[str, Any] | None:
    """One statement; nothing for those who may not read them."""
    rows = access.reports_for(page.user).filter(account=page.account, withdrawn=None)
    found = list(rows[: SHOWN + 1])
    if not found:
        return None
    lines = [{"report": one, "open": standing.is_open(one), "counts": standing.counted(one)} for one in found[:SHOWN]]
    return {"lines": lines, "more": len(found) > SHOWN}
