"""The partner says that the seats are reduced: as a message of theirs, once for each time we have asked."""

from __future__ import annotations

from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import Actor, record
from mail import markdown
from nfr import stages, whom
from nfr.models import LicenceRequest
from partners.models import Contact
from people.models import User
from tickets import notices
from tickets.actions import Refused, receive
from tickets.actions.core import locked
from tickets.models import Message, Status

LONGEST: Final = 4_000
KEY: Final = "nfr-reduced:"  # of the messages that the button makes


def say_reduced(request: LicenceRequest, *, words: str = "", by: User | None = None) -> Message:
    """The message on the ticket, which its procedure hears; pressed twice it is the same one.

    `by` is the partner's person who has signed in; without one it is whoever asked, by their signed link.
    """
    with locked(request.ticket) as ticket:
        row = LicenceRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        row.ticket = ticket
        sender, key = speaker(row, by=by), _key(row)
        already = ticket.messages.filter(submission=key).first()
        if already is not None:
            return already
        _open_for_answers(row)
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
    return f"{KEY}{row.pk}:{int(row.asked.timestamp() * 1000) if row.asked else 0}"


def is_awaited(request: LicenceRequest) -> bool:
    """Whether the partner may say it: not where it is about something else, or over; a worker may be behind us."""
    return request.topic in {"", LicenceRequest.Topic.SEATS} and request.stage not in stages.OVER


def speaker(request: LicenceRequest, *, by: User | None) -> Contact:
    """Who says something through the guide: whoever has signed in for that partner, else who is written to.

    Nobody who has signed in for another company speaks for this one.
    """
    own = Contact.objects.select_related("account").filter(user=by).first() if by is not None else None
    if own is None or own.account is None:
        return whom.contact_of(request)
    partners = {own.account_id, own.account.merged_into_id}
    if own.pk == request.ticket.requester_id or request.ticket.partner_id in partners:
        return own
    raise Refused(_("You have signed in for another company. Who got the link says this, or answers our mail."))


def _open_for_answers(row: LicenceRequest) -> None:
    ticket = row.ticket
    if ticket.status == Status.MERGED:
        raise Refused(_("This request goes on in another one. Answer there, or send a new request."))
    if ticket.closed_long_ago:
        raise Refused(_("This request was closed long ago. Send a new one, then we look at it."))
    if not is_awaited(row):
        raise Refused(_("This request does not wait for it any more. Answer our mail if the seats have changed."))
