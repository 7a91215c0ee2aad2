"""The mail of a reply: frozen recipients, sender, text and files, threaded under what the partner sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _

from mail import again, outbox, undeliverable
from mail.models import OutgoingMail
from people.models import User
from tickets import letters
from tickets.actions.core import Refused
from tickets.actions.shapes import Recipient
from tickets.models import Attachment, Draft, Message, Ticket
from tickets.models.message import Visibility


class Unreachable(Refused):
    """Nobody was reached at some of the addresses; `addresses` may be tried again on purpose."""

    def __init__(self, words: Mapping[str, str]) -> None:
        said = [
            _("%(address)s could not be reached (%(words)s).") % {"address": address, "words": words[address]}
            if words[address]
            else _("%(address)s could not be reached.") % {"address": address}
            for address in words
        ]
        super().__init__(" ".join([*said, _("Take it out, or send again to try it all the same.")]))
        self.addresses = tuple(words)


def reply_mail(
    row: Ticket,
    *,
    by: User,
    body: str,
    to: Sequence[Recipient],
    cc: Sequence[Recipient],
    attachments: Sequence[Attachment],
    history: str,
    subject: str = "",
) -> OutgoingMail:
    """The mail of a reply: frozen recipients, sender, text and files; threads under what the partner sent.

    With a subject it begins a thread of its own, and nothing stands below its text.
    """
    thread = [] if subject else thread_ids(row)
    mailbox = letters.mailbox_of(row)
    whole = letters.ending(row, by=by, answers=letters.answered(row))
    ending = whole.for_these([one.address for one in (*to, *cc)], history=Draft.History.NONE if subject else history)
    try:
        return outbox.queue(
            to=[(one.name, one.address) for one in to],
            cc=[(one.name, one.address) for one in cc],
            subject=with_reference(row, subject) if subject else reply_subject(row),
            body_text=ending.text(body),
            body_html=ending.html(body),
            attachments=[(one.stored, one.filename) for one in attachments],
            mailbox=mailbox,
            from_name=_("%(name)s, %(desk)s") % {"name": by, "desk": mailbox.sender_name or _("Partner Help Desk")},
            in_reply_to=thread[-1] if thread else "",
            references=thread,
            token_key=row.reference,
            purpose="reply",
        )
    except outbox.BadEnvelope as bad:
        raise Refused(str(bad)) from bad


def check_reachable(to: Sequence[Recipient], cc: Sequence[Recipient], *, despite: Collection[str]) -> None:
    """Nobody writes unknowingly to an address that does not exist; `despite` names those tried on purpose."""
    known = undeliverable.among(one.address for one in (*to, *cc))
    words = {address: said for address, said in known.items() if address not in despite}
    if words:
        raise Unreachable(words)


def try_again(message: Message, *, by: User) -> OutgoingMail:
    """A mail of this message that failed goes back into the queue; the ticket says who asked for it."""
    if message.outgoing_id is None:
        raise Refused(_("This message is not a mail of ours."))
    try:
        return again.try_again(message.outgoing_id, by=by)
    except again.Refused as refused:
        raise Refused(str(refused)) from refused


def archive_of(row: Ticket) -> Recipient:
    """The mailbox the mail leaves from, for a copy."""
    mailbox = letters.mailbox_of(row)
    return Recipient(address=mailbox.address, name=mailbox.sender_name or mailbox.name)


def with_reference(row: Ticket, subject: str) -> str:
    """The subject as it was written, with the reference once."""
    return subject if row.reference in subject else f"{subject} [{row.reference}]"


def reply_subject(row: Ticket) -> str:
    """The subject a partner knows, with the reference once."""
    tag = f"[{row.reference}]"
    subject = row.subject if tag in row.subject else f"{row.subject} {tag}"
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def thread_ids(row: Ticket) -> list[str]:
    """The Message-IDs of the conversation, oldest first; notes, strangers and unproven senders left out."""
    shown = row.messages.exclude(visibility=Visibility.NOTE).filter(unknown_sender=False, unverified=False)
    pairs = shown.order_by("id").values_list("incoming__message_id", "outgoing__message_id")
    return [one for pair in pairs for one in pair if one]
