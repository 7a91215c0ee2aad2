"""From a parsed mail to a ticket: which conversation it belongs to, or which kind of request it opens.

Called by `mail.inbox` inside the transaction that records the outcome, so a mail and its ticket land together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import Actor
from mail import matching
from mail.hooks import Handled, Quarantine
from mail.models import IncomingMail, IncomingPart
from mail.parsing import Address, ParsedMail
from partners.contacts import contact_for
from partners.models import Contact
from people.models import User
from people.roles import STAFF_ROLES
from tickets import acknowledgement, kinds
from tickets.actions import FilePart, NewTicket, Recipient, open_ticket, receive
from tickets.models import Message, Status, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import Channel, number_of

_SUBJECT_TAG = re.compile(r"\[(PHD-\d{1,12})\]", re.IGNORECASE)
MAX_ADDRESS = 254


def take_in(incoming: IncomingMail, parsed: ParsedMail) -> Handled:
    """Finds the ticket a mail belongs to, or opens one."""
    if len(incoming.from_address) > MAX_ADDRESS:
        raise Quarantine(_("The sender's address is longer than an address can be."))
    sender = contact_for(incoming.from_address, name=incoming.from_name)
    found = _thread(incoming, sender)
    if found is not None and not _long_closed(found[0]):
        return _append(found[0], incoming, parsed, sender, why=found[1])
    return _open(incoming, parsed, sender, follows=found[0] if found else None)


def _append(ticket: Ticket, incoming: IncomingMail, parsed: ParsedMail, sender: Contact, *, why: str) -> Handled:
    """A reply joins its ticket; a colleague's mail becomes a note, a stranger's is marked as one."""
    colleague = _is_colleague(sender)
    receive(
        ticket,
        sender=sender,
        body=incoming.body_text,
        html=parsed.shown.own_html,
        quoted_html=parsed.shown.quoted_html,
        rich_html=parsed.shown.rich_html,
        remote_images=parsed.shown.remote_images,
        subject=incoming.subject,
        files=_files(incoming) if parsed.attachments else (),
        incoming=incoming,
        automatic=incoming.auto_submitted,
        unknown_sender=not colleague and not _takes_part(ticket, sender),
        visibility=Visibility.NOTE if colleague else Visibility.IN,
        to=_recipients(parsed.to),
        cc=_recipients(parsed.cc),
        why=why,
    )
    return Handled(outcome="appended", reason=why, ref=ticket.reference, kind=ticket.kind)


def _open(incoming: IncomingMail, parsed: ParsedMail, sender: Contact, *, follows: Ticket | None) -> Handled:
    clues = kinds.Clues(
        subject=incoming.subject,
        body=incoming.body_text[:20_000],
        from_address=incoming.from_address,
        to=tuple(one.address for one in parsed.to),
        cc=tuple(one.address for one in parsed.cc),
        filenames=tuple(part.filename for part in parsed.attachments),
    )
    kind, evidence = kinds.recognise(clues)
    ticket = open_ticket(
        NewTicket(
            kind=kind.slug,
            topic=evidence.topic,
            subject=incoming.subject,
            requester=sender,
            body=incoming.body_text,
            html=parsed.shown.own_html,
            quoted_html=parsed.shown.quoted_html,
            rich_html=parsed.shown.rich_html,
            remote_images=parsed.shown.remote_images,
            channel=Channel.MAIL,
            files=_files(incoming) if parsed.attachments else (),
            incoming=incoming,
            automatic=incoming.auto_submitted,
            follows=follows,
            to=_recipients(parsed.to),
            cc=_recipients(parsed.cc),
            why=evidence.because,
        ),
        by=Actor(str(sender)),
    )
    if not incoming.auto_submitted and not _is_colleague(sender):
        acknowledgement.send(ticket, in_reply_to=incoming.message_id)
    return Handled(outcome="created", reason=evidence.because, ref=ticket.reference, kind=kind.slug)


def _thread(incoming: IncomingMail, sender: Contact) -> tuple[Ticket, str] | None:
    """The ticket a mail answers, with the reason; in the order of M-15."""
    evidence = matching.evidence(incoming)
    for match in evidence.keys:
        ticket = _numbered(match.key)
        if ticket is not None:
            return ticket, _("It answers a mail of ours about %(reference)s.") % {"reference": ticket.reference}
    return _by_foreign_id(evidence.message_ids, sender) or _by_subject(incoming.subject, sender)


def _by_foreign_id(ids: Sequence[str], sender: Contact) -> tuple[Ticket, str] | None:
    """A mail of the partner's own that we know; whoever sent it first owns its id."""
    if not ids:
        return None
    first: dict[str, Ticket] = {}
    rows = Message.objects.select_related("ticket__requester", "incoming").filter(incoming__message_id__in=ids)
    for row in rows.order_by("id"):
        if row.incoming is not None:
            first.setdefault(row.incoming.message_id, row.ticket)
    for one in ids:
        ticket = first.get(one)
        if ticket is not None and ticket.status != Status.MERGED and _takes_part(ticket, sender):
            return ticket, _("It answers a mail of the conversation of %(reference)s.") % {
                "reference": ticket.reference
            }
    return None


def _by_subject(subject: str, sender: Contact) -> tuple[Ticket, str] | None:
    for reference in _SUBJECT_TAG.findall(subject):
        ticket = _numbered(reference)
        if ticket is not None and _takes_part(ticket, sender):
            return ticket, _("Its subject names %(reference)s, and the sender takes part in it.") % {
                "reference": ticket.reference
            }
    return None


def _numbered(reference: str) -> Ticket | None:
    number = number_of(reference)
    if number is None:
        return None
    ticket = Ticket.objects.select_related("requester").filter(pk=number).first()
    return None if ticket is None or ticket.status == Status.MERGED else ticket


def _takes_part(ticket: Ticket, sender: Contact) -> bool:
    """The requester, their partner's people, somebody we wrote to on this ticket, or a colleague."""
    if sender.pk == ticket.requester_id or _is_colleague(sender):
        return True
    if sender.account_id is not None and sender.account_id == ticket.partner_id:
        return True
    address = sender.email.lower()
    rows = ticket.messages.filter(visibility=Visibility.REPLY).values_list("to", "cc")
    return any(one["address"].lower() == address for to, cc in rows for one in (*to, *cc))


def _is_colleague(sender: Contact) -> bool:
    return User.objects.filter(email__lower=sender.email.lower(), is_active=True, role__in=STAFF_ROLES).exists()


def _long_closed(ticket: Ticket) -> bool:
    """Closed so long ago that a new word is a new request, linked to the old one."""
    days = timedelta(days=settings.REOPEN_WITHIN_DAYS)
    return ticket.status == Status.CLOSED and ticket.closed is not None and timezone.now() - ticket.closed > days


def _files(incoming: IncomingMail) -> list[FilePart]:
    parts = IncomingPart.objects.select_related("stored").filter(mail=incoming).order_by("position")
    return [
        FilePart(stored=part.stored, filename=part.filename, content_id=part.content_id, inline=part.inline)
        for part in parts
    ]


def _recipients(found: Sequence[Address]) -> list[Recipient]:
    return [Recipient(address=one.address, name=one.name) for one in found[:50]]
