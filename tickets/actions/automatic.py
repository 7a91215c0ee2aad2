"""What the desk writes to a partner by itself: a message, a mail row and an event, once for each key."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import DESK
from mail import markdown, outbox
from tickets import kinds, letters, responses, sla
from tickets.actions.conversation import add_message
from tickets.actions.core import SUBJECT_LENGTH, Refused, clean_line, locked, named
from tickets.actions.mailing import check_reachable, reply_subject, thread_ids
from tickets.actions.shapes import FilePart, Recipient
from tickets.models import Message, Ticket
from tickets.models.message import Visibility


def tell(
    ticket: Ticket,
    *,
    body: str,
    to: Sequence[Recipient],
    key: str,
    cc: Sequence[Recipient] = (),
    subject: str = "",
    files: Sequence[FilePart] = (),
    why: str = "",
) -> Message:
    """Mails in the desk's own name; the same key again is the same message and no second mail.

    The status stays as it is. Raises `Unreachable` where a server has said that nobody is there.
    """
    unfilled = responses.unresolved_in(body)
    if unfilled:
        raise Refused(_("The text still has blanks: %(names)s.") % {"names": ", ".join(unfilled)})
    with locked(ticket) as row:
        already = row.messages.filter(submission=key).first()
        if already is not None:
            return already
        check_reachable(to, cc, despite=())
        thread, mailbox = thread_ids(row), letters.mailbox_of(row)
        tag = f"[{row.reference}]"
        mail = outbox.queue(
            to=[(one.name, one.address) for one in to],
            cc=[(one.name, one.address) for one in cc],
            subject=f"{subject} {tag}" if subject and row.reference not in subject else subject or reply_subject(row),
            body_text=body,
            body_html=markdown.render(body),
            attachments=[(one.stored, one.filename) for one in files],
            mailbox=mailbox,
            in_reply_to=thread[-1] if thread else "",
            references=thread,
            automatic=True,
            token_key=row.reference,
            purpose="reply",
        )
        before = {"status": row.status, "assignee": named(row.assignee)}
        sla.begin(row, kind=kinds.kind_of(row.kind), now=timezone.now())
        sla.replied(row, now=timezone.now())
        message = Message(
            ticket=row,
            visibility=Visibility.REPLY,
            author_name=(mailbox.sender_name or DESK.name)[:200],
            author_address=mail.from_address,
            to=[one.row() for one in to],
            cc=[one.row() for one in cc],
            subject=clean_line(mail.subject)[:SUBJECT_LENGTH],
            body=body,
            html=markdown.render(body),
            automatic=True,
            outgoing=mail,
            submission=key,
        )
        add_message(row, message, files=files, verb="replied", by=DESK, before=before, why=why)
    return message
