"""What became of our mails, written on their tickets: a mail that could not be delivered must not stay silent."""

from __future__ import annotations

from journal.record import DESK
from mail.models import OutgoingMail
from tickets.actions.core import changed, locked
from tickets.models import Message


def outgoing_changed(mail: OutgoingMail) -> None:
    """Called by the outbox when a mail was sent or has failed for good."""
    if mail.state != OutgoingMail.State.FAILED:
        return
    message = Message.objects.select_related("ticket").filter(outgoing=mail).first()
    if message is None:
        return
    with locked(message.ticket) as row:
        changed(row, "mail failed", by=DESK, before={"mail": "queued"}, after={"mail": "failed"}, why=mail.last_error)
