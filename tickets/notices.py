"""Mails to the colleague who has a ticket: the partner has answered, a mail came back, an answer was not sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from mail import agent_tokens, mailboxes, outbox, quotes
from mail.models import OutgoingMail
from people.models import User
from tickets import agent_words, letters, recipients
from tickets.actions import Recipient
from tickets.models import Message, Ticket
from tickets.models.message import Visibility

MOST_OF_A_TEXT = 20_000


def partner_wrote(message: Message) -> OutgoingMail | None:
    """To the assignee who wants it; an answer to this mail goes to the partner (`tickets.agent_mail`)."""
    ticket, to = message.ticket, message.ticket.assignee
    if to is None or not (to.is_active and to.on_desk and to.mail_when_answered):
        return None
    if message.visibility != Visibility.IN or message.automatic or message.unknown_sender:
        return None
    if message.author_address.lower() == to.email.lower():
        return None
    box = letters.mailbox_of(ticket)
    said = quotes.split(message.body).own[:MOST_OF_A_TEXT]
    values = {
        "message": message,
        "said": said,
        "mark": agent_words.mark(),
        "answers_reach": people_answered(ticket) if box.authserv_id else "",
        "files": [one.filename for one in message.attachments.all() if not one.inline],
    }
    reply_to = agent_tokens.address_for(ticket.reference, user_id=to.pk, mailbox=box)
    return _tell(to, ticket, template="partner_wrote", values=values, subject=ticket.subject, reply_to=reply_to)


def came_back(ticket: Ticket, *, addresses: Sequence[str], words: str) -> OutgoingMail | None:
    """To the assignee, whatever they want to hear otherwise: somebody they wrote to has not got it."""
    to = ticket.assignee
    if to is None or not to.is_active:
        return None
    subject = _("Not delivered to %(addresses)s") % {"addresses": ", ".join(addresses)}
    return _tell(to, ticket, template="came_back", values={"words": words}, subject=subject)


def not_sent(ticket: Ticket, *, to: User, why: str) -> OutgoingMail:
    """What a colleague answered by mail became a note: they must not believe it went out."""
    subject = _("Your answer was kept as a note")
    return _tell(to, ticket, template="not_sent", values={"why": why}, subject=subject)


def people_answered(ticket: Ticket) -> str:
    """Whom the page would propose to answer, in words."""
    to, cc = answer_to(ticket)
    return ", ".join(one.name or one.address for one in (*to, *cc))


def answer_to(ticket: Ticket) -> tuple[list[Recipient], list[Recipient]]:
    return recipients.answer_to(ticket, letters.answered(ticket), ours=mailboxes.own_addresses())


def _tell(
    to: User, ticket: Ticket, *, template: str, values: Mapping[str, Any], subject: str, reply_to: str = ""
) -> OutgoingMail:
    """One thread for each ticket in the reader's own mailbox: they all refer to the same beginning."""
    known = {**values, "ticket": ticket, "url": f"{settings.PUBLIC_URL}/tickets/{ticket.reference}/"}
    beginning = f"<notices.{ticket.reference.lower()}.{to.pk}@{settings.MAIL_DOMAIN}>"
    return outbox.queue(
        to=[(str(to), to.email)],
        subject=f"{subject} [{ticket.reference}]",
        body_text=render_to_string(f"tickets/mail/{template}.txt", known),
        body_html=render_to_string(f"tickets/mail/{template}.html", known),
        reply_to=reply_to,
        in_reply_to=beginning,
        references=[beginning],
        automatic=True,
        token_key=ticket.reference,
        mailbox=letters.mailbox_of(ticket),
        purpose="notice",
    )
