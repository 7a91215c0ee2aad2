"""When an answer is due. Pure changes to a ticket's clock columns; the caller saves them with its own change."""

from __future__ import annotations

from datetime import datetime, timedelta

from people import calendar
from people.calendar import Hours, hours_of
from tickets.kinds import Kind
from tickets.models import Status, Ticket
from tickets.models.ticket import ACTIVE, ENDED

PAUSING = frozenset({Status.PENDING_PARTNER, Status.ON_HOLD})
DUE_SOON = timedelta(hours=2)


def start(ticket: Ticket, *, kind: Kind, now: datetime) -> None:
    """Both promises of the kind, counted from `now` in the region's business time."""
    hours = hours_of(ticket.region)
    ticket.first_reply_due = calendar.add(now, kind.first_reply, hours)
    ticket.resolution_due = calendar.add(now, kind.resolution, hours)
    _point(ticket)


def begin(ticket: Ticket, *, kind: Kind, now: datetime) -> None:
    """For a ticket made of old mail, which promised nothing yet: from when somebody takes it or the partner writes."""
    if ticket.resolution_due is None and ticket.status in ACTIVE:
        start(ticket, kind=kind, now=now)
        ticket.paused_since = ticket.paused_since and now


def waited(ticket: Ticket, *, kind: Kind) -> timedelta:
    """The business time its clocks have stood still so far: how far the resolution lies behind what was promised."""
    hours = hours_of(ticket.region)
    promised = calendar.add(ticket.created, kind.resolution, hours)
    return calendar.between(promised, ticket.resolution_due, hours) if ticket.resolution_due else timedelta()


def restart(ticket: Ticket, *, kind: Kind, waited: timedelta) -> None:
    """The promises of another kind or region, counted from the arrival; the time it has waited stays taken off."""
    if ticket.resolution_due is None:
        return
    start(ticket, kind=kind, now=ticket.created)
    if waited:
        _shift(ticket, paused=waited)
        _point(ticket)


def replied(ticket: Ticket, *, now: datetime) -> None:
    """A person has answered: the first promise is kept, the next one counts."""
    if ticket.first_replied is None:
        ticket.first_replied = now
    _point(ticket)


def status_changed(ticket: Ticket, *, now: datetime) -> None:
    """Waiting for the partner, or on hold, stops the clocks; anything else lets them go on from there."""
    if ticket.status in PAUSING and ticket.paused_since is None:
        ticket.paused_since = now
    elif ticket.status not in PAUSING and ticket.paused_since is not None:
        _shift(ticket, paused=calendar.between(ticket.paused_since, now, hours_of(ticket.region)))
        ticket.paused_since = None
    _point(ticket)


def share_elapsed(ticket: Ticket, *, now: datetime) -> float:
    """How much of the time to `due` is gone, 0 to 1, by the wall clock between creation and due."""
    if ticket.due is None or ticket.due <= ticket.created:
        return 0.0
    return min(1.0, max(0.0, (now - ticket.created) / (ticket.due - ticket.created)))


def _shift(ticket: Ticket, *, paused: timedelta) -> None:
    hours = hours_of(ticket.region)
    if ticket.first_reply_due and not ticket.first_replied:
        ticket.first_reply_due = _later(ticket.first_reply_due, paused, hours)
    if ticket.resolution_due:
        ticket.resolution_due = _later(ticket.resolution_due, paused, hours)


def _later(moment: datetime, by: timedelta, hours: Hours) -> datetime:
    return calendar.add_time(moment, by, hours)


def _point(ticket: Ticket) -> None:
    if ticket.status in ENDED or ticket.status not in ACTIVE:
        ticket.due = None
    else:
        ticket.due = ticket.resolution_due if ticket.first_replied else ticket.first_reply_due
