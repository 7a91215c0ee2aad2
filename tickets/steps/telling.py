"""The event beside a move, on the ticket: its newest event is the ticket's version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from journal.models import Event
from journal.record import DESK, Actor, actor_of, record
from people.models import User
from tickets.models import Step, Ticket
from web import rows


def tell(
    ticket: Ticket, step: Step, verb: str, *, by: Actor, why: str = "", more: Mapping[str, Any] | None = None
) -> Event:
    """What happened to one step: its title, its state, and what came out."""
    after = {"step": step.title, "slug": step.slug, "state": step.state, **(more or {})}
    return tell_of(ticket, verb, by=by, after=after, why=why)


def tell_of(ticket: Ticket, verb: str, *, by: Actor, after: Mapping[str, Any], why: str = "") -> Event:
    event = record(ticket, verb, by=by, after=after, why=why)
    rows.update(Ticket, {"last_event": event.pk, "updated": event.created}, pk=ticket.pk)
    ticket.last_event, ticket.updated = event.pk, event.created
    return event


def actor(by: User | None) -> Actor:
    return actor_of(by) if by is not None else DESK
