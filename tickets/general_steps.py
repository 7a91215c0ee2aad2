"""A general question: answer it, resolve it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tickets.models import Message, Status, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import ENDED
from tickets.procedures import At, Done, Procedure, Waiting, WaitsFor, awaited

HEARS: Final = ("replied", "status", "received", "bounced", "partner")  # with another partner come other clocks
_WHOM = {
    Status.PENDING_PARTNER: WaitsFor.PARTNER,
    Status.PENDING_INTERNAL: WaitsFor.TEAM,
}


def answer(at: At) -> Done | Waiting:
    """Anybody's reply answers; a ticket may be resolved without one, by telephone."""
    replied = _first_reply(at.ticket)
    if replied is not None:
        return Done(note=gettext("%(name)s replied") % {"name": replied.author_name})
    if at.ticket.status in ENDED:
        return Done(note=gettext("Resolved without a mail"))
    return Waiting(for_whom=_for_whom(at.ticket), due=at.ticket.first_reply_due)


def _first_reply(ticket: Ticket) -> Message | None:
    """Of a person; nobody is asked about a ticket that has just come in."""
    if ticket.first_replied is None and not ticket.last_from_us:
        return None
    return ticket.messages.filter(visibility=Visibility.REPLY, automatic=False).order_by("created", "pk").first()


def resolve(at: At) -> Done | Waiting:
    if at.ticket.status in ENDED:
        return Done(note=str(at.ticket.get_status_display()))
    return Waiting(for_whom=_for_whom(at.ticket), due=at.ticket.resolution_due)


def _for_whom(ticket: Ticket) -> WaitsFor:
    return _WHOM.get(Status(ticket.status), WaitsFor.DESK)


GENERAL = Procedure(
    kind="general",
    title=_("General question"),
    handbook="",
    steps=(
        awaited("answer", _("Answer the question"), answer, hears=HEARS),
        awaited("resolve", _("Resolve the ticket"), resolve, hears=HEARS),
    ),
)
