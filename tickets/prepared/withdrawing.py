"""A prepared reply that is not wanted any more."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from journal.record import DESK, Actor, actor_of
from people.models import User
from tickets import hooks
from tickets.actions import Refused
from tickets.actions.core import locked
from tickets.models import PreparedReply, Ticket
from tickets.prepared.standing import State, of, offered, put, tell, title


def withdraw(ticket: Ticket, *, why: str, by: User | None, seen: int | None = None) -> PreparedReply | None:
    """It is not wanted any more; what somebody has made of it stays their draft. `seen` is the one they mean."""
    if not why:
        raise Refused(_("Say why it is not sent."))
    with locked(ticket) as row:
        if seen and not offered(row).filter(pk=seen).exists():
            raise Refused(_("The reply was sent, withdrawn or prepared anew meanwhile. Nothing was changed."))
        gone = withdraw_in(row, why=why, by=actor_of(by) if by else DESK)
        hooks.procedure_hears(row, "sent")  # it waits for something else now
        ticket.last_event, ticket.updated = row.last_event, row.updated
    return gone


def withdraw_in(row: Ticket, *, why: str, by: Actor, steps: Collection[str] | None = None) -> PreparedReply | None:
    """The same for a caller that holds the ticket; with `steps` only what one of these has prepared."""
    there = of(row)
    if there is None or (steps is not None and there.step not in steps):
        return None
    put(there, State.WITHDRAWN, by=by.user)
    tell(row, "prepared reply withdrawn", by=by, after={"withdrawn": title(there)}, why=why)
    return there


def forget_in(row: Ticket, steps: Collection[str], *, why: str, by: Actor) -> None:
    """These steps are done again: what they had prepared is withdrawn, and what was sent counts no more."""
    withdraw_in(row, why=why, by=by, steps=steps)
    PreparedReply.objects.filter(ticket=row, step__in=steps).update(step="")
