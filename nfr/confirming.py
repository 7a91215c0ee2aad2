"""The partner says that the seats are reduced: as a message of theirs, once for each time we have asked."""

from __future__ import annotations

from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import Actor, record
from mail import markdown
from nfr import whom
from nfr.models import LicenceRequest
from partners.models import Contact
from people.models import User
from tickets import notices
from tickets.actions import Refused, receive
from tickets.actions.core import locked
from tickets.models import Message, Status, Ticket

LONGEST: Final = 4_000


def say_reduced(request: LicenceRequest, *, words: str = "", by: User | None = None) -> Message:
    """The message on the ticket, which its procedure hears; pressed twice it is the same one.

    `by` is the partner's person who has signed in; without one it is whoever asked, by their signed link.
    """
    with locked(request.ticket) as ticket:
        row = LicenceRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        row.ticket = ticket
        key = _key(row)
        already = ticket.messages.filter(submission=key).first()
        if already is not None:
            return already
        _open_for_answers(ticket)
        sender = _sender(row, by)
        confirm(row, by=Actor(str(sender)))
        body = words.replace("\x00", "").strip()[:LONGEST] or _("We have reduced the seats.")
        message = receive(
            ticket,
            sender=sender,
            body=body,
            html=markdown.plain(body),
            submission=key,
            why=_("Said with the button of the guide."),
        )
        notices.partner_wrote(message)
    request.confirmed = row.confirmed
    return message


def confirm(row: LicenceRequest, *, by: Actor, why: str = "") -> None:
    """Keeps that it was said, with one event; the caller holds the ticket."""
    before, row.confirmed = row.confirmed, timezone.now()
    row.save(update_fields=["confirmed"])
    was = {"confirmed": before.isoformat() if before else None}
    record(row, "seats said reduced", by=by, before=was, after={"confirmed": row.confirmed.isoformat()}, why=why)


def is_confirmed(request: LicenceRequest) -> bool:
    """Since we last asked."""
    return request.confirmed is not None and (request.asked is None or request.asked < request.confirmed)


def _key(row: LicenceRequest) -> str:
    """Asked again, it may be said again."""
    return f"nfr-reduced:{row.pk}:{int(row.asked.timestamp() * 1000) if row.asked else 0}"


def _open_for_answers(ticket: Ticket) -> None:
    if ticket.status == Status.MERGED:
        raise Refused(_("This request goes on in another one. Answer there, or send a new request."))
    if ticket.closed_long_ago:
        raise Refused(_("This request was closed long ago. Send a new one, then we look at it."))


def _sender(row: LicenceRequest, by: User | None) -> Contact:
    """Their own contact where it belongs to the same partner; nobody speaks for another company."""
    own = Contact.objects.filter(user=by).first() if by is not None else None
    if own is not None and (own.pk == row.ticket.requester_id or _same_partner(own, row.ticket)):
        return own
    return whom.contact_of(row)


def _same_partner(contact: Contact, ticket: Ticket) -> bool:
    return contact.account_id is not None and contact.account_id == ticket.partner_id
