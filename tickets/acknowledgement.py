"""The first answer, at once: the reference, the expected time, and a link to follow it. Nothing the sender wrote.

While the desk is out of office it begins with that text and counts as the answer about it: one mail, not two.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from mail import away, loops, mailboxes, outbox
from mail.models import OutgoingMail
from tickets import kinds, letters, tracking
from tickets.models import Ticket
from web import rows


def send(ticket: Ticket, *, in_reply_to: str = "") -> OutgoingMail | None:
    """Queues the acknowledgement in the caller's transaction; None where the loop brake says no (M-17, M-18)."""
    if not loops.may_answer(ticket.requester.email, key=ticket.reference):
        return None
    with rows.together():
        loops.record_answer(ticket.requester.email, key=ticket.reference)
        return _queue(ticket, in_reply_to=in_reply_to)


def _queue(ticket: Ticket, *, in_reply_to: str) -> OutgoingMail:
    note = away.note_for(ticket.requester.email, mailbox=ticket.mailbox)
    if note is not None:
        note.count()
    # A name somebody only typed may be an advertisement (S-11): we greet by name whom we know.
    name = ticket.requester.name if ticket.requester.user_id or ticket.requester.salesforce_id else ""
    values = {
        "ticket": ticket,
        "kind": kinds.kind_of(ticket.kind),
        "first_name": name.split(" ")[0],
        "note": note,
        "promised": promised(ticket),
        "track_url": settings.PUBLIC_URL + tracking.path_for(ticket),
    }
    return outbox.queue(
        to=[(name, ticket.requester.email)],
        subject=_("We have your request [%(reference)s]") % {"reference": ticket.reference},
        body_text=render_to_string("tickets/mail/acknowledgement.txt", values),
        body_html=render_to_string("tickets/mail/acknowledgement.html", values),
        in_reply_to=in_reply_to,
        references=[in_reply_to] if in_reply_to else [],
        automatic=True,
        token_key=ticket.reference,
        mailbox=letters.mailbox_of(ticket),
        purpose="acknowledgement",
    )


def promised(ticket: Ticket) -> datetime | None:
    """When the first answer is due; no promise for a time at which nobody is there."""
    due = ticket.first_reply_due
    if due is None or away.current(ticket.mailbox or mailboxes.default(), timezone.now()) is None:
        return due
    return None if away.current(ticket.mailbox or mailboxes.default(), due) else due
