"""What a person makes of a message that was held because its sender does not belong to the conversation (S-08)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from journal.record import actor_of
from people.models import User
from tickets.actions.conversation import READ_PAPERS, preview_of, wake
from tickets.actions.core import Refused, after_message, changed, locked
from tickets.models import Message, Ticket
from tickets.models.message import Visibility
from web import nudging


def accept_sender(ticket: Ticket, message: Message, *, by: User) -> Ticket:
    """The address takes part from now on: what was held of it is part of the conversation, and wakes the ticket."""
    address = message.author_address.lower()
    with locked(ticket) as row:
        held = list(row.messages.filter(unknown_sender=True, author_address__lower=address).order_by("id"))
        if not held:
            raise Refused(_("%(address)s takes part already.") % {"address": message.author_address})
        before = {"status": row.status, "sender": ""}
        row.messages.filter(pk__in=[one.pk for one in held]).update(unknown_sender=False)
        if any(not one.automatic for one in held):
            wake(row)
        newest = row.messages.exclude(visibility=Visibility.NOTE).order_by("-id").first()
        if newest is not None and newest.pk == held[-1].pk and not newest.automatic:
            row.preview, row.last_from_us = preview_of(newest), False
        after = {"status": row.status, "sender": message.author_address}
        done = changed(row, "sender accepted", by=actor_of(by), before=before, after=after)
        after_message(row, before["status"], "received")
        nudging.nudge(READ_PAPERS, row.pk)
        return done
