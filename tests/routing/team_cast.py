"""Partners and people around whom the team changes: Ilaria has DACH, Poland, Italy and Czechia of EMEA Select."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from journal.record import Actor
from partners.models import Account
from people.models import ChannelManager, User
from routing import book
from routing.models import RosterChange
from routing.team import acts, applying, moves
from tests.conftest import Cast
from tickets.actions import NewTicket, open_ticket
from tickets.models import Ticket
from tickets.models.ticket import Channel

TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=10)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def manager(name: str, **values: Any) -> ChannelManager:
    found = ChannelManager.objects.get(name=name)
    for field, value in values.items():
        setattr(found, field, value)
    found.save()
    return found


def partner(name: str, owner: ChannelManager | None = None, **values: Any) -> Account:
    """A channel partner as the mirror has it; its owner in Salesforce is that manager."""
    given: dict[str, Any] = {
        "partner_type": "Channel", "partner_status": "Authorized", "track": "Select", "public_sector": False,
        "country": "DE", "region": "EMEA",
    }  # fmt: skip
    if owner is not None:
        given |= {"channel_manager": owner, "owner_id": owner.salesforce_id, "owner_name": owner.name}
    return Account.objects.create(name=name, **given | values)


def ticket_of(cast: Cast, account: Account, with_manager: ChannelManager | None) -> Ticket:
    new = NewTicket(
        kind="general", subject=f"About {account}", requester=cast.katrin, body="Hello", channel=Channel.FORM
    )
    ticket = open_ticket(new, by=Actor("Katrin"))
    Ticket.objects.filter(pk=ticket.pk).update(partner=account, channel_manager=with_manager)
    ticket.refresh_from_db()
    return ticket


def leaving(who: ChannelManager, to: ChannelManager | None, *, by: User, effective: date = TODAY) -> RosterChange:
    """A draft in which everything goes to one person."""
    change = acts.begin(RosterChange.Kind.LEAVES, effective=effective, by=by, manager=who, why="Moves on")
    given = [{"rule": move.rule, "to": to.pk if to else None} for move in moves.moves_of(change)]
    acts.write(change, by=by, values={}, given=[*given, {"rule": moves.REST, "to": to.pk if to else None}])
    change.refresh_from_db()
    return change


def in_force(change: RosterChange, cast: Cast) -> RosterChange:
    """Proposed by Nadia, approved by Lena, done by a worker."""
    acts.propose(change, by=cast.nadia)
    acts.approve(change, by=cast.lena)
    assert applying.apply(change.pk)
    book.forget()  # what a commit does; a test has none
    change.refresh_from_db()
    return change
