"""Open tickets follow when their partner gets another channel manager, by us or in Salesforce."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from partners.models import Account
from partners.sync_journal import SALESFORCE
from tickets import hooks
from tickets.actions.core import changed, locked, named
from tickets.models import Ticket
from tickets.models.ticket import ENDED

WHY: Final = "The partner has another owner in Salesforce."


def follow(account: Account, before: Mapping[str, Any]) -> None:
    """Those that had the partner's old manager, in the transaction of the change; one statement where none had."""
    if "channel_manager" not in before:
        return
    found = Ticket.objects.filter(partner=account, channel_manager=before["channel_manager"])
    for ticket in found.exclude(status__in=ENDED).order_by("pk"):
        with locked(ticket) as row:
            old, new = row.channel_manager, hooks.channel_manager_of(row)
            if old == new:
                continue
            row.channel_manager = new
            given = {"before": {"channel_manager": named(old)}, "after": {"channel_manager": named(new)}}
            changed(row, "channel manager changed", by=SALESFORCE, why=WHY, **given)
