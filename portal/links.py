"""A fresh tracking link for somebody whose old one has run out; it goes to the requester's address only."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from mail import loops, outbox
from tickets import letters, tracking
from tickets.models import Ticket


def send_new(token: str) -> None:
    """Queues the mail once a day and request; nothing for a link that was never ours."""
    ticket = tracking.ticket_by(token, expired_too=True)
    if ticket is None or not loops.may_answer(ticket.requester.email, key=_key(ticket)):
        return
    values = {"ticket": ticket, "track_url": settings.PUBLIC_URL + tracking.path_for(ticket)}
    with transaction.atomic():
        loops.record_answer(ticket.requester.email, key=_key(ticket))
        outbox.queue(
            to=[("", ticket.requester.email)],
            subject=_("Your link to request %(reference)s") % {"reference": ticket.reference},
            body_text=render_to_string("portal/mail/new_link.txt", values),
            body_html=render_to_string("portal/mail/new_link.html", values),
            automatic=True,
            token_key=ticket.reference,
            mailbox=letters.mailbox_of(ticket),
            purpose="notice",
        )


def _key(ticket: Ticket) -> str:
    return f"link {ticket.reference}"
