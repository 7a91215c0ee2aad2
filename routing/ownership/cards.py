"""Changes of owners on a partner's page: the button, and the last of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from partners import panels
from routing.models import OwnershipRow
from routing.ownership import deciding, listing

SHOWN: Final = 3


def register() -> None:
    """Called once when the process starts."""
    panel = panels.Panel(
        slug="owner-changes",
        title=_("Changes of the owner"),
        template="routing/changes/partner_card.html",
        read=_partner,
        order=16,
        column="side",
    )
    panels.register(panel)


def _partner(page: panels.Page) -> Mapping[str, Any] | None:
    """Nothing where the owner cannot be changed and never was."""
    account = page.account
    rows = OwnershipRow.objects.filter(account=account).exclude(change__state="dropped").select_related("change")
    changes = [{"row": row, "line": listing.line(row.change)} for row in rows.order_by("-change_id")[:SHOWN]]
    may_act = deciding.may_steer(page.user) and bool(account.salesforce_id) and account.deleted is None
    return {"changes": changes, "may_act": may_act} if changes or may_act else None
