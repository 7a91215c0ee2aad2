"""Whether whoever asked has proved their address: by a mail from there, or by signing in; a form alone proves none."""

from __future__ import annotations

from journal.record import events_of
from tickets.models import Ticket
from tickets.models.ticket import Channel


def is_unproved(ticket: Ticket) -> bool:
    """Whoever filled in the form holds the link of the request at once, in whosever name they wrote."""
    if ticket.channel not in {Channel.FORM, Channel.API}:
        return False
    return not events_of(ticket).filter(verb="opened", actor__isnull=False).exists()
