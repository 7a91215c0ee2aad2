"""Tickets follow their partner when Salesforce merges it into another one, and stay with the address they came from."""

from __future__ import annotations

from collections.abc import Collection

from partners.models import Account
from partners.sync_journal import SALESFORCE
from tickets import kinds, search, sla
from tickets.actions.core import changed, locked, named, set_partner
from tickets.models import Ticket

WHY = "Salesforce merged the two partners."


def follow(lost: Account, survivor: Account) -> None:
    """Each ticket of the one is about the other now, with its region, channel manager and deadlines."""
    for ticket in Ticket.objects.filter(partner=lost).order_by("pk").iterator():
        _move(ticket, survivor)


def requesters(contacts: Collection[int]) -> set[int]:
    """Those of these contacts who asked for something here."""
    return set(Ticket.objects.filter(requester__in=contacts).order_by().values_list("requester", flat=True).distinct())


def _move(ticket: Ticket, survivor: Account) -> None:
    with locked(ticket) as row:
        before = {"partner": named(row.partner), "channel_manager": named(row.channel_manager), "region": row.region}
        waited, region = sla.waited(row, kind=kinds.kind_of(row.kind)), row.region
        set_partner(row, survivor)
        if row.region != region:
            sla.restart(row, kind=kinds.kind_of(row.kind), waited=waited)
        after = {"partner": named(survivor), "channel_manager": named(row.channel_manager), "region": row.region}
        changed(row, "partner changed", by=SALESFORCE, before=before, after=after, why=WHY)
        search.add_words(row.pk, [survivor.name])
