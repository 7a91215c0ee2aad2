"""A colleague answers by mail (S-07): only with their own signed address and a proven sender; else it is a note."""

from __future__ import annotations

import hashlib
import re

from django.db import transaction
from django.utils.translation import gettext as _

from mail import loops, matching
from mail.models import IncomingMail, IncomingPart
from mail.parsing import ParsedMail
from people.models import User
from tickets import actions, agent_words, notices
from tickets.matches import Found, traced
from tickets.models import Attachment, Message, Ticket
from tickets.senders import Sender

# How programs begin when they answer for somebody who is away; one that sets no header must not speak to a partner.
AWAY = re.compile(
    r"\s*(?:auto(?:matic|matische)?[ -]?(?:reply|response|antwort)|out of (?:the )?office|abwesen|réponse automatique"
    r"|respuesta automática|risposta automatica|resposta automática|自動応答|自动回复)",
    re.IGNORECASE,
)


def author_of(incoming: IncomingMail, parsed: ParsedMail, sender: Sender, found: Found) -> User | None:
    """Who may answer in the desk's name with this mail: whose address it was sent to, proven to have written it."""
    colleague = sender.colleague
    if colleague is None or not colleague.on_desk or not sender.is_proven:
        return None
    if incoming.auto_submitted or incoming.silent or AWAY.match(incoming.subject):
        return None
    token = matching.agent_token(matching.recipients_of(incoming, traced(parsed)))
    if token is None or token.key != found.ticket.reference or token.user_id != colleague.pk:
        return None
    return colleague


def answer(ticket: Ticket, incoming: IncomingMail, *, by: User) -> Message:
    """A reply to everybody the page would propose; the same mail twice is one reply. Raises `Refused`."""
    submission = _submission(incoming, by=by)
    already = ticket.messages.filter(submission=submission).first()
    if already is not None:
        return already
    to, cc = notices.answer_to(ticket)
    with transaction.atomic():
        message = actions.reply(
            ticket,
            by=by,
            body=agent_words.own(incoming.body_text),
            to=to,
            cc=cc,
            attachments=_files(ticket, incoming, by=by),
            submission=submission,
        )
        message.incoming = incoming
        message.save(update_fields=["incoming"])
    return message


def explain_note(ticket: Ticket, incoming: IncomingMail, sender: Sender, *, why: str = "") -> None:
    """Tells a colleague who meant to answer that nothing was sent: once a day for each ticket."""
    colleague = sender.colleague
    if colleague is None or incoming.auto_submitted or incoming.silent or sender.is_forged:
        return
    key = f"note:{ticket.reference}"
    if loops.may_answer(colleague.email, key=key):
        loops.record_answer(colleague.email, key=key)
        notices.not_sent(ticket, to=colleague, why=why or unproven(incoming))


def unproven(incoming: IncomingMail) -> str:
    if not incoming.mailbox.authserv_id:
        return _("This mailbox cannot tell who wrote a mail, so mail never answers in your name.")
    return _("Nothing proved that you wrote it, or the address had run out.")


def _submission(incoming: IncomingMail, *, by: User) -> str:
    same = f"{incoming.message_id}\n{incoming.body_text}"
    digest = hashlib.sha256(same.encode("utf-8", "replace")).hexdigest()[:40]
    return f"agent:{by.pk}:{digest}"


def _files(ticket: Ticket, incoming: IncomingMail, *, by: User) -> list[Attachment]:
    """The files of the mail; pictures of a signature stay behind."""
    parts = IncomingPart.objects.select_related("stored").filter(mail=incoming, inline=False).order_by("position")
    return [actions.upload(ticket, stored=part.stored, filename=part.filename, by=by) for part in parts]
