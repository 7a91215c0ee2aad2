"""Drafts and what people do meanwhile: an answer by hand is not drafted again, a correction changes what lies there."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from tickets import prepared
from tickets.models import Message, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import ENDED
from tickets.procedures import At, Done, Look, Waiting


def written(ticket: Ticket, about: re.Pattern[str]) -> Message | None:
    """The newest reply of a person that speaks of it."""
    rows = ticket.messages.filter(visibility=Visibility.REPLY, automatic=False).order_by("-pk")[:5]
    return next((one for one in rows if about.search(one.body)), None)


def said(message: Message) -> Done:
    """What the step that would have drafted it keeps."""
    words = _("%(name)s has written to them already.") % {"name": message.author_name}
    return Done(note=words, keep={"message": message.pk})


def standing(at: At, step_slug: str) -> str | None:
    """The key of the draft of that step, while it lies in the composer and the ticket is open."""
    key, offer = f"{at.ticket.reference}.{at.step.run}.{step_slug}", prepared.of(at.ticket)
    return key if offer is not None and offer.step == key and at.ticket.status not in ENDED else None


def look_sent(step_slug: str) -> Look:
    """As `prepared.look_sent`, where the mail may have gone out before its step had the turn."""
    usual = prepared.look_sent(step_slug)

    def look(at: At) -> Done | Waiting:
        known = at.kept(step_slug).get("message")
        message = at.ticket.messages.filter(pk=known).first() if known else None
        return said(message) if message is not None else usual(at)

    return look
