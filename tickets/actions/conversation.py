"""The verbs of the conversation: open, receive, reply, note. A reply is a message, a mail row and an event at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from html import unescape
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from documents.models import StoredFile
from journal.models import Event
from journal.record import DESK, Actor, actor_of, events_of
from mail import mailboxes, markdown
from mail.models import IncomingMail
from partners.contacts import partner_of
from partners.models import Contact
from people.models import User
from tickets import hooks, kinds, recognition, responses, search, sla, topics
from tickets.actions.core import (
    SUBJECT_LENGTH,
    MovedOn,
    Refused,
    after_message,
    after_move,
    check_move,
    clean_line,
    locked,
    named,
    record_change,
    set_partner,
    set_status_of,
    tag_called,
)
from tickets.actions.mailing import archive_of, check_reachable, reply_mail
from tickets.actions.shapes import FilePart, NewTicket, Recipient
from tickets.models import Attachment, Draft, Message, Status, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import ENDED, MOVES, OURS
from web import nudging, rows

PREVIEW_LENGTH = 160
PREVIEW_READS = 4_000
_BLOCK = re.compile(r"</?(?:p|div|br|li|tr|td|h[1-6]|blockquote|pre)\b")
_PICTURE = re.compile(r"<span data-cid=[^>]*>[^<]*</span>")
_NUMBERS = (
    "SELECT nextval(pg_get_serial_sequence('tickets_ticket', 'id')),"
    " nextval(pg_get_serial_sequence('journal_event', 'id'))"
)
MESSAGE_VERBS = frozenset({"opened", "received", "replied", "noted"})
MAX_RECIPIENTS = 50
READ_PAPERS = "tickets.tasks.read_papers"
READ_UNREAD = "tickets.tasks.read_unread_papers"


def open_ticket(new: NewTicket, *, by: Actor) -> Ticket:
    """Opens a ticket with its first message; one transaction, one event."""
    now = timezone.now()
    kind = kinds.kind_of(new.kind)
    with transaction.atomic(savepoint=False):
        row = Ticket(
            kind=kind.slug,
            topic=topics.topic_for(kind.slug, new.topic),
            subject=clean_line(new.subject)[:SUBJECT_LENGTH] or _("(no subject)"),
            requester=new.requester,
            channel=new.channel,
            priority=new.priority,
            fields=dict(new.fields),
            submission=new.submission,
            follows=new.follows,
            mailbox=new.mailbox,
            assignee=new.assignee,
            status=Status.OPEN if new.assignee else Status.NEW,
            created=now,
            updated=now,
        )
        set_partner(row, new.partner or partner_of(new.requester))
        if not new.silent:
            sla.start(row, kind=kind, now=now)
        with rows.together():
            _first_message(row, new, by=by)
            recognition.keep(row, list(new.recognised))
        tags = [tag_called(name) for name in dict.fromkeys([*([kind.tag] if kind.tag else []), *new.tags])]
        if tags:
            row.tags.set(tags)
        hooks.opened(row)
        if not new.silent:
            hooks.procedure_opened(row)
    return row


def receive(  # noqa: PLR0913 - everything a mail brings
    ticket: Ticket,
    *,
    sender: Contact,
    body: str,
    html: str = "",
    quoted_html: str = "",
    rich_html: str = "",
    remote_images: int = 0,
    subject: str = "",
    files: Sequence[FilePart] = (),
    incoming: IncomingMail | None = None,
    automatic: bool = False,
    unknown_sender: bool = False,
    unverified: bool = False,
    visibility: str = Visibility.IN,
    to: Sequence[Recipient] = (),
    cc: Sequence[Recipient] = (),
    submission: str | None = None,
    why: str = "",
) -> Message:
    """A message of a partner joins the conversation; a person's word reopens what was waiting or resolved.

    `submission` is unique: a form sent twice raises IntegrityError the second time, and nothing of it stays.
    """
    with locked(ticket) as row:
        before = {"status": row.status}
        if not automatic and visibility == Visibility.IN and not unknown_sender:
            wake(row)
            if incoming is None or not incoming.silent:
                sla.begin(row, kind=kinds.kind_of(row.kind), now=timezone.now())
        message = Message(
            ticket=row,
            visibility=visibility,
            author_contact=sender,
            author_name=str(sender)[:200],
            author_address=sender.email,
            to=[one.row() for one in to],
            cc=[one.row() for one in cc],
            subject=clean_line(subject)[:SUBJECT_LENGTH],
            body=body.replace("\x00", ""),
            html=html,
            quoted_html=quoted_html,
            rich_html=rich_html,
            remote_images=remote_images,
            automatic=automatic,
            unknown_sender=unknown_sender,
            unverified=unverified,
            incoming=incoming,
            submission=submission,
        )
        verb = "noted" if visibility == Visibility.NOTE else "received"
        _add(row, message, files=files, verb=verb, by=Actor(str(sender)), before=before, why=why)
        after_message(row, before["status"], "received")
    return message


def reply(  # noqa: PLR0913 - a mail has that many parts
    ticket: Ticket,
    *,
    by: User,
    body: str,
    to: Sequence[Recipient],
    cc: Sequence[Recipient] = (),
    attachments: Sequence[Attachment] = (),
    then: str = "",
    last_seen: int | None = None,
    submission: str | None = None,
    history: str = Draft.History.KNOWN,
    despite: Collection[str] = (),
    subject: str = "",
    archive: bool = False,
) -> Message:
    """Answers by mail: message, mail row and event in one transaction; the mail leaves after the commit.

    `then` is the status to set with it. Raises `MovedOn` when a message came after `last_seen`. The same `submission`
    twice is one message and one mail. `history` says who gets the message that is answered; `despite` names addresses
    that are written to although nobody could be reached there. With a `subject` it is a mail of its own and answers
    nothing; `archive` sends a copy to the desk's own mailbox, which knows its mail again and opens no ticket.
    """
    body = _text(body)
    _no_blanks(f"{subject}\n{body}")
    _some_recipients(to, cc)
    with locked(ticket) as row:
        already = _sent_as(row, submission)
        if already is not None:
            return already
        check_reachable(to, cc, despite=despite)
        _same_thread(row, last_seen)
        _files_may_leave(row, attachments, [*to, *cc])
        before = {"status": row.status, "assignee": named(row.assignee)}
        if row.assignee is None:
            row.assignee = by
        sla.begin(row, kind=kinds.kind_of(row.kind), now=timezone.now())
        sla.replied(row, now=timezone.now())
        _status_after_reply(row, then)
        cc = [*cc, *([archive_of(row)] if archive else [])]
        mail = reply_mail(
            row, by=by, body=body, to=to, cc=cc, attachments=attachments, history=history, subject=subject
        )
        message = Message(
            ticket=row,
            visibility=Visibility.REPLY,
            author_user=by,
            author_name=str(by)[:200],
            author_address=mail.from_address,
            to=[one.row() for one in to],
            cc=[one.row() for one in cc],
            subject=mail.subject[:SUBJECT_LENGTH],
            body=body,
            html=markdown.render(body),
            outgoing=mail,
            submission=submission,
        )
        _add(row, message, attachments=attachments, verb="replied", by=actor_of(by), before=before)
        after_message(row, str(before["status"]), "replied")
    return message


def check_mail(
    *, subject: str, body: str, to: Sequence[Recipient], cc: Sequence[Recipient], despite: Collection[str] = ()
) -> None:
    """Raises what `reply` would: for a mail that is decided on now and leaves later."""
    _no_blanks(f"{subject}\n{_text(body)}")
    _some_recipients(to, cc)
    check_reachable(to, cc, despite=despite)


def keep_report(
    ticket: Ticket,
    *,
    incoming: IncomingMail,
    files: Sequence[FilePart] = (),
    why: str = "",
    body: str | None = None,
) -> Message:
    """A delivery report stays with its ticket, folded and for colleagues only: it may quote what a server says.

    `body` is what is shown of it, where not every colleague may read all.
    """
    text = (incoming.body_text if body is None else body).replace("\x00", "")
    with locked(ticket) as row:
        message = Message(
            ticket=row,
            visibility=Visibility.NOTE,
            author_name=(incoming.from_name or incoming.from_address or _("A mail server"))[:200],
            author_address=incoming.from_address[:254],
            subject=clean_line(incoming.subject)[:SUBJECT_LENGTH],
            body=text,
            html=markdown.plain(why),
            quoted_html=markdown.plain(text),
            automatic=True,
            incoming=incoming,
        )
        _add(row, message, files=files, verb="noted", by=Actor(message.author_name), before={}, why=why)
    return message


def note(
    ticket: Ticket,
    *,
    by: User,
    body: str,
    attachments: Sequence[Attachment] = (),
    then: str = "",
    last_seen: int | None = None,
    submission: str | None = None,
) -> Message:
    """Writes what only colleagues read."""
    body = _text(body)
    with locked(ticket) as row:
        already = _sent_as(row, submission)
        if already is not None:
            return already
        _same_thread(row, last_seen)
        before = {"status": row.status}
        if then and then != row.status:
            check_move(row, then)
            set_status_of(row, then)
        message = Message(
            ticket=row,
            visibility=Visibility.NOTE,
            author_user=by,
            author_name=str(by)[:200],
            body=body,
            html=markdown.render(body),
            submission=submission,
        )
        _add(row, message, attachments=attachments, verb="noted", by=actor_of(by), before=before)
        after_move(row, before["status"])
        if attachments:
            hooks.procedure_hears(row, "noted")
    return message


def remark(ticket: Ticket, *, body: str, by: Actor = DESK) -> Message:
    """What the desk itself has found out and colleagues should read."""
    with locked(ticket) as row:
        message = Message(
            ticket=row,
            visibility=Visibility.NOTE,
            author_name=by.name[:200],
            body=body,
            html=markdown.plain(body),
            automatic=True,
        )
        _add(row, message, verb="noted", by=by, before={})
    return message


def upload(ticket: Ticket, *, stored: StoredFile, filename: str, by: User | None) -> Attachment:
    """Puts a file on the ticket, not yet part of any message."""
    return Attachment.objects.create(
        ticket=ticket,
        stored=stored,
        filename=filename[:255],
        content_type=stored.content_type,
        size=stored.size,
        uploaded_by=by,
    )


def preview_of(message: Message) -> str:
    """The first words as they are read: no Markdown signs, no quoted text."""
    words = _PICTURE.sub(" ", message.html[:PREVIEW_READS])
    text = unescape(strip_tags(_BLOCK.sub(r" \g<0>", words)))
    return clean_line(text or message.body[:PREVIEW_READS])[:PREVIEW_LENGTH]


def wake(row: Ticket) -> None:
    """A person of the partner's wrote: it is our turn again."""
    if row.status not in OURS and Status.OPEN in MOVES[row.status]:
        set_status_of(row, Status.OPEN)


def newer_messages(ticket: Ticket, last_seen: int) -> list[Event]:
    """The message events after `last_seen`, oldest first."""
    return list(events_of(ticket).filter(id__gt=last_seen, verb__in=MESSAGE_VERBS))


def _first_message(row: Ticket, new: NewTicket, *, by: Actor) -> None:
    """Both numbers are taken first, so that the ticket is written once, whole, knowing its event."""
    row.pk, number = rows.ask(_NUMBERS, {})
    message = Message(
        ticket=row,
        visibility=Visibility.IN,
        author_contact=new.requester,
        author_name=str(new.requester)[:200],
        author_address=new.requester.email,
        to=[one.row() for one in new.to],
        cc=[one.row() for one in new.cc],
        subject=row.subject,
        body=new.body.replace("\x00", ""),
        html=new.html or markdown.plain(new.body),
        quoted_html=new.quoted_html,
        rich_html=new.rich_html,
        remote_images=new.remote_images,
        automatic=new.automatic,
        unverified=new.unverified,
        incoming=new.incoming,
        created=row.created,
    )
    after = {"kind": row.kind, "status": row.status, "channel": row.channel, "partner": named(row.partner)}
    _add(row, message, files=new.files, verb="opened", by=by, before={}, after=after, why=new.why, number=number)
    search.add_words(row.pk, _words_of(row, message))


def _add(
    row: Ticket,
    message: Message,
    *,
    verb: str,
    by: Actor,
    before: Mapping[str, Any],
    after: Mapping[str, Any] | None = None,
    files: Sequence[FilePart] = (),
    attachments: Sequence[Attachment] = (),
    why: str = "",
    number: int | None = None,
) -> None:
    """Saves a message of a locked ticket with its files, the queue's columns, the search words and the event."""
    names = [part.filename for part in files] + [attachment.filename for attachment in attachments]
    if message.visibility != Visibility.NOTE and (verb == "opened" or not _stands_aside(message)):
        row.preview = preview_of(message)
        row.last_from_us = message.visibility == Visibility.REPLY
    row.has_attachments = row.has_attachments or bool(names)
    values = {"status": row.status, "assignee": named(row.assignee)}
    now = after if after is not None else {name: value for name, value in values.items() if name in before}
    event = record_change(row, verb, by=by, before=before, after=now, why=why, number=number)
    if message.visibility == Visibility.IN:
        row.last_partner_event = event.pk
    if verb == "opened":
        rows.insert(row)
    else:
        row.save()
    message.event_id = event.pk
    rows.insert(message)
    _keep_files(row, message, files=files, attachments=attachments)
    if files and message.visibility == Visibility.IN:
        nudging.nudge(READ_PAPERS, row.pk, all_of=READ_UNREAD)
    if verb != "opened":
        search.add_words(row.pk, [message.body, message.author_name, message.author_address, *names])


add_message = _add  # what the desk writes by itself joins a conversation alike (`automatic`)


def _stands_aside(message: Message) -> bool:
    """What a program or a stranger wrote is read, but it is nobody's answer."""
    return message.automatic or message.unknown_sender


def _keep_files(row: Ticket, message: Message, *, files: Sequence[FilePart], attachments: Sequence[Attachment]) -> None:
    Attachment.objects.bulk_create(
        Attachment(
            ticket=row,
            message=message,
            stored=part.stored,
            filename=part.filename[:255],
            content_type=part.stored.content_type,
            size=part.stored.size,
            content_id=part.content_id[:255],
            inline=part.inline,
        )
        for part in files
    )
    if attachments:
        waiting = Attachment.objects.filter(pk__in=[one.pk for one in attachments], message=None)
        if waiting.update(message=message) != len(attachments):
            raise Refused(_("A file was taken out or sent meanwhile. Look at the files, then send again."))


def _words_of(row: Ticket, message: Message) -> list[str]:
    partner = row.partner.name if row.partner else ""
    given = [value for value in row.fields.values() if isinstance(value, str)]
    return [str(row.pk), row.subject, message.body, message.author_name, message.author_address, partner, *given]


def _sent_as(row: Ticket, submission: str | None) -> Message | None:
    """What an earlier press of the same button has made."""
    return row.messages.filter(submission=submission).first() if submission else None


def _same_thread(row: Ticket, last_seen: int | None) -> None:
    if last_seen is not None and row.last_event > last_seen:
        newer = newer_messages(row, last_seen)
        if newer:
            raise MovedOn(row, newer)


def _status_after_reply(row: Ticket, then: str) -> None:
    if then and then != row.status:
        check_move(row, then)
        set_status_of(row, then)
    elif not then and row.status in {Status.NEW, *ENDED}:
        set_status_of(row, Status.OPEN)
    else:
        sla.status_changed(row, now=timezone.now())


def _text(body: str) -> str:
    text = body.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise Refused(_("Write something first."))
    return text


def _no_blanks(body: str) -> None:
    blanks = responses.unresolved_in(body)
    if blanks:
        raise Refused(_("Fill in first: %(names)s.") % {"names": ", ".join(blanks)})


def _files_may_leave(row: Ticket, attachments: Sequence[Attachment], people: Sequence[Recipient]) -> None:
    why = hooks.why_not_send(row, attachments, [one.address for one in people]) if attachments else ""
    if why:
        raise Refused(why)


def _some_recipients(to: Sequence[Recipient], cc: Sequence[Recipient]) -> None:
    if not to:
        raise Refused(_("Say whom it goes to."))
    if len(to) + len(cc) > MAX_RECIPIENTS:
        raise Refused(_("A mail goes to %(most)s people at the most.") % {"most": MAX_RECIPIENTS})
    own = mailboxes.own_addresses()
    for one in (*to, *cc):
        if not own.isdisjoint({one.address.lower(), mailboxes.plain(one.address)}):
            raise Refused(_("%(address)s is our own mailbox. Take it out.") % {"address": one.address})
