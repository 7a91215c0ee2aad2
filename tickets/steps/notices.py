"""Mails about steps: to whoever has been given one, and to whoever is reminded of one."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from mail import mailboxes, outbox
from mail.models import OutgoingMail
from people.models import User
from tickets import task_notices
from tickets.models import Step, Ticket


def handed_over(ticket: Ticket, step: Step, to: User) -> OutgoingMail | None:
    words = _("You have been given a step of %(reference)s: %(title)s")
    return _tell([to], ticket, step, words=words % {"reference": ticket.reference, "title": step.title})


def remind(ticket: Ticket, step: Step) -> OutgoingMail | None:
    """To who has the step in hand, else the ticket; else to the specialists of its region and the leads."""
    words = _("Still waiting on %(reference)s: %(title)s")
    return _tell(
        reminded_of(ticket, step),
        ticket,
        step,
        words=words % {"reference": ticket.reference, "title": step.title},
    )


def reminded_of(ticket: Ticket, step: Step) -> list[User]:
    for one in (step.holder, ticket.assignee):
        if one is not None and one.is_active:
            return [one]
    return task_notices.people_for(ticket.region)


def _tell(people: Iterable[User], ticket: Ticket, step: Step, *, words: str) -> OutgoingMail | None:
    to = [(str(one), one.email) for one in people]
    if not to:
        return None
    values = {
        "ticket": ticket,
        "step": step,
        "words": words,
        "url": f"{settings.PUBLIC_URL}/tickets/{ticket.reference}/",
    }
    return outbox.queue(
        to=to,
        subject=words,
        body_text=render_to_string("tickets/mail/step.txt", values),
        body_html=render_to_string("tickets/mail/step.html", values),
        automatic=True,
        mailbox=mailboxes.default(),
        purpose="notice",
    )
