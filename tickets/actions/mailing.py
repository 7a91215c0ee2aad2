"""The mail of a reply: frozen recipients, sender, text and files, threaded under what the partner sent."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from mail import markdown, outbox
from mail.models import OutgoingMail
from people.models import User
from tickets.actions.core import Refused
from tickets.actions.shapes import Recipient
from tickets.models import Attachment, Ticket
from tickets.models.message import Visibility


def reply_mail(
    row: Ticket,
    *,
    by: User,
    body: str,
    to: Sequence[Recipient],
    cc: Sequence[Recipient],
    attachments: Sequence[Attachment],
) -> OutgoingMail:
    """The mail of a reply: frozen recipients, sender, text and files; threads under what the partner sent."""
    thread = thread_ids(row)
    try:
        return outbox.queue(
            to=[(one.name, one.address) for one in to],
            cc=[(one.name, one.address) for one in cc],
            subject=reply_subject(row),
            body_text=body,
            body_html=markdown.render(body),
            attachments=[(one.stored, one.filename) for one in attachments],
            from_name=_("%(name)s, Partner Help Desk") % {"name": by},
            in_reply_to=thread[-1] if thread else "",
            references=thread,
            token_key=row.reference,
            purpose="reply",
        )
    except outbox.BadEnvelope as bad:
        raise Refused(str(bad)) from bad


def reply_subject(row: Ticket) -> str:
    """The subject a partner knows, with the reference once."""
    tag = f"[{row.reference}]"
    subject = row.subject if tag in row.subject else f"{row.subject} {tag}"
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def thread_ids(row: Ticket) -> list[str]:
    """The Message-IDs of the conversation, oldest first; partners' and ours, notes and strangers left out."""
    shown = row.messages.exclude(visibility=Visibility.NOTE).exclude(unknown_sender=True)
    pairs = shown.values_list("incoming__message_id", "outgoing__message_id")
    return [one for pair in pairs for one in pair if one]
