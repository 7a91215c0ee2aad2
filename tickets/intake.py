"""From a parsed mail to a ticket: which conversation it belongs to, or which kind of request it opens.

Called by `mail.inbox` inside the transaction that records the outcome, so a mail and its ticket land together.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from journal.record import Actor
from mail import loops, returned
from mail.hooks import Handled, Quarantine
from mail.models import IncomingMail, IncomingPart
from mail.parsing import Address, ParsedMail
from people.models import User
from tickets import (
    acknowledgement,
    agent_mail,
    flood,
    kinds,
    lost_mail,
    mail_rules,
    matches,
    notices,
    presets,
    recognition,
)
from tickets.actions import FilePart, NewTicket, Recipient, Refused, keep_report, open_ticket, receive
from tickets.matches import Found
from tickets.models import Message, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import ENDED, Channel
from tickets.senders import Sender, sender_of

MAX_ADDRESS = 254


def take_in(incoming: IncomingMail, parsed: ParsedMail) -> Handled:
    """Finds the ticket a mail belongs to, or opens one."""
    report = parsed.bounce
    if report and (report.certain or incoming.bounce_of) and (handled := _take_report(incoming, parsed)):
        return handled
    sender = _sender(incoming)
    flood.stop_programs(incoming, sender)
    taken = mail_rules.taken(incoming, lambda: _files(incoming, parsed))
    if taken is not None:
        return _taken(taken)
    found = matches.find(incoming, parsed, sender)
    handled = (
        _open(incoming, parsed, sender, follows=found.ticket if found else None)
        if found is None or _begins_anew(found, incoming, sender)
        else _join(found, incoming, parsed, sender)
    )
    flood.tag_tickets(incoming, sender)
    return handled


def open_new(incoming: IncomingMail, parsed: ParsedMail) -> Handled:
    """A ticket of its own, because a person decided so."""
    return _open(incoming, parsed, _sender(incoming), follows=None)


def _taken(taken: mail_rules.Taken) -> Handled:
    """A higher floor knew what it is about; whoever wrote it gets no answer by itself."""
    return Handled(
        outcome="created" if taken.opened else "appended",
        reason=taken.why,
        ref=taken.ticket.reference,
        kind=taken.ticket.kind,
        matched_by="new" if taken.opened else "rule",
        quiet=True,
    )


def _sender(incoming: IncomingMail) -> Sender:
    if len(incoming.from_address) > MAX_ADDRESS:
        raise Quarantine(_("The sender's address is longer than an address can be."))
    sender = sender_of(incoming)
    if sender.lately.undeliverable and not incoming.auto_submitted and not sender.is_forged:
        returned.is_alive(incoming.from_address)
    return sender


def _begins_anew(found: Found, incoming: IncomingMail, sender: Sender) -> bool:
    """Closed long ago, it is a new request; and a stranger's word on an ended one would be read by nobody."""
    if incoming.auto_submitted or sender.is_helping(found.ticket):
        return False
    return found.ticket.closed_long_ago or (found.ticket.status in ENDED and not found.takes_part)


def _take_report(incoming: IncomingMail, parsed: ParsedMail) -> Handled | None:
    """A delivery report stays with the ticket of the mail it is about; None when nobody can say which mail that was."""
    found = matches.by_report(incoming, parsed)
    if found is not None:
        flood.stop_reports(incoming, found.ticket)
        keep_report(found.ticket, incoming=incoming, files=_files(incoming, parsed), why=found.why)
        return _appended(found, quiet=True)
    return lost_mail.tell(incoming, parsed, incoming.bounce_of) if incoming.bounce_of is not None else None


def _join(found: Found, incoming: IncomingMail, parsed: ParsedMail, sender: Sender) -> Handled:
    """A reply joins its ticket; a colleague's mail answers or is a note; a stranger's is held for a person."""
    author = agent_mail.author_of(incoming, parsed, sender, found)
    if author is not None:
        return _answer(found, incoming, parsed, sender, author=author)
    _receive(found, incoming, parsed, sender)
    if found.how == "agent address" and sender.is_helping(found.ticket):
        agent_mail.explain_note(found.ticket, incoming, sender)
    return _appended(found, quiet=not found.takes_part and not sender.is_helping(found.ticket))


def _answer(found: Found, incoming: IncomingMail, parsed: ParsedMail, sender: Sender, *, author: User) -> Handled:
    try:
        agent_mail.answer(found.ticket, incoming, by=author)
    except Refused as refused:
        _receive(found, incoming, parsed, sender)
        agent_mail.explain_note(found.ticket, incoming, sender, why=str(refused))
        return _appended(found, quiet=True)
    why = _("%(name)s answered by mail, with their own address for %(reference)s and a proven sender.")
    words = {"name": author, "reference": found.ticket.reference}
    return Handled(
        outcome="appended",
        reason=why % words,
        ref=found.ticket.reference,
        kind=found.ticket.kind,
        matched_by=found.how,
        quiet=True,
    )


def _receive(found: Found, incoming: IncomingMail, parsed: ParsedMail, sender: Sender) -> Message:
    helping = sender.is_helping(found.ticket)
    message = receive(
        found.ticket,
        sender=sender.contact,
        body=incoming.body_text,
        html=parsed.shown.own_html,
        quoted_html=parsed.shown.quoted_html,
        rich_html=parsed.shown.rich_html,
        remote_images=parsed.shown.remote_images,
        subject=incoming.subject,
        files=_files(incoming, parsed),
        incoming=incoming,
        automatic=incoming.auto_submitted,
        unknown_sender=not helping and not found.takes_part,
        unverified=helping and not sender.is_proven,
        visibility=Visibility.NOTE if helping else Visibility.IN,
        to=_recipients(parsed.to),
        cc=_recipients(parsed.cc),
        why=found.why,
    )
    if not incoming.silent and not sender.lately.too_fast:
        notices.partner_wrote(message)
    return message


def _appended(found: Found, *, quiet: bool) -> Handled:
    return Handled(
        outcome="appended",
        reason=found.why,
        ref=found.ticket.reference,
        kind=found.ticket.kind,
        matched_by=found.how,
        quiet=quiet,
    )


def _open(incoming: IncomingMail, parsed: ParsedMail, sender: Sender, *, follows: Ticket | None) -> Handled:
    clues = _clues(incoming, parsed)
    ranked = kinds.rank(clues)
    kind, evidence = presets.kind_for(ranked, mailbox=incoming.mailbox)
    ticket = open_ticket(
        NewTicket(
            kind=kind.slug,
            topic=evidence.topic,
            subject=incoming.subject,
            requester=sender.contact,
            body=incoming.body_text,
            html=parsed.shown.own_html,
            quoted_html=parsed.shown.quoted_html,
            rich_html=parsed.shown.rich_html,
            remote_images=parsed.shown.remote_images,
            channel=Channel.MAIL,
            priority=presets.priority_for(incoming.mailbox),
            tags=presets.tags_for(incoming.mailbox),
            files=_files(incoming, parsed),
            incoming=incoming,
            mailbox=incoming.mailbox,
            silent=incoming.silent,
            automatic=incoming.auto_submitted,
            unverified=sender.colleague is not None and not sender.is_proven,
            follows=follows,
            to=_recipients(parsed.to),
            cc=_recipients(parsed.cc),
            why=evidence.because,
            recognised=recognition.ranked_of(ranked, clues),
        ),
        by=Actor(str(sender.contact)),
    )
    if _may_be_answered(incoming, sender, follows=follows):
        acknowledgement.send(ticket, in_reply_to=incoming.message_id)
    return Handled(
        outcome="created",
        reason=evidence.because,
        ref=ticket.reference,
        kind=kind.slug,
        matched_by="new",
        quiet=_holds_an_address_only(sender, follows),
    )


def _clues(incoming: IncomingMail, parsed: ParsedMail) -> kinds.Clues:
    return kinds.Clues(
        subject=incoming.subject,
        body=incoming.body_text[:20_000],
        from_address=incoming.from_address,
        to=tuple(one.address for one in parsed.to),
        cc=tuple(one.address for one in parsed.cc),
        filenames=tuple(part.filename for part in parsed.attachments),
    )


def _may_be_answered(incoming: IncomingMail, sender: Sender, *, follows: Ticket | None) -> bool:
    """People we may answer by ourselves; not old mail, not colleagues, not who only held a ticket's address (S-11)."""
    if incoming.auto_submitted or incoming.silent or sender.colleague is not None:
        return False
    if _holds_an_address_only(sender, follows):
        return False
    known = not incoming.mailbox.authserv_id or sender.is_known()
    return not loops.why_not_believed(incoming.verdict, mailbox=incoming.mailbox, known=known)


def _holds_an_address_only(sender: Sender, follows: Ticket | None) -> bool:
    """A stranger who came by the signed address of an ended ticket."""
    return follows is not None and not sender.takes_part(follows) and not sender.is_helping(follows)


def _files(incoming: IncomingMail, parsed: ParsedMail) -> list[FilePart]:
    if not parsed.attachments:
        return []
    parts = IncomingPart.objects.select_related("stored").filter(mail=incoming).order_by("position")
    return [
        FilePart(stored=part.stored, filename=part.filename, content_id=part.content_id, inline=part.inline)
        for part in parts
    ]


def _recipients(found: Sequence[Address]) -> list[Recipient]:
    return [Recipient(address=one.address, name=one.name) for one in found[:50]]
