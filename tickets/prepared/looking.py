"""What an awaited step asks: has the prepared reply been sent?"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from tickets import responses
from tickets.models import Message, PreparedReply, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import ENDED
from tickets.prepared.standing import State, of_step
from tickets.procedures import At, Done, Look, Waiting, WaitsFor

HEARS: Final = ("replied", "sent", "status")


def look_sent(step_slug: str) -> Look:
    """What an awaited step asks: has somebody sent what the step `step_slug` of the same procedure prepared?

    Where that was withdrawn, or never prepared, anybody's own reply counts; so does resolving without one.
    """

    def look(at: At) -> Done | Waiting:
        reply = of_step(at.ticket, f"{at.ticket.reference}.{at.step.run}.{step_slug}")
        if reply is not None and reply.state == State.SENT:
            return _done_by(reply.message) if reply.message else Waiting(for_whom=WaitsFor.DESK)  # at this moment
        ended = at.ticket.status in ENDED
        if reply is not None and reply.state == State.OFFERED and not ended:
            return Waiting(for_whom=WaitsFor.DESK, note=_drafted(reply), due=at.ticket.due)
        since = reply.settled or reply.created if reply else at.step.ready
        own = _own_reply(at.ticket, since=since)
        if own is not None:
            return _done_by(own)
        if ended:
            return Done(note=_("Resolved without sending it.") if reply else _("Resolved without a mail."))
        note = _("The prepared reply was withdrawn. Reply yourself, or skip this.") if reply else _("Reply to finish.")
        return Waiting(for_whom=WaitsFor.DESK, note=note, due=at.ticket.due)

    return look


def _own_reply(ticket: Ticket, *, since: datetime | None) -> Message | None:
    if since is None:
        return None
    mine = ticket.messages.filter(visibility=Visibility.REPLY, automatic=False, created__gte=since)
    return mine.order_by("pk").first()


def _done_by(message: Message) -> Done:
    return Done(note=_sent_words(message), keep={"message": message.pk})


def _drafted(reply: PreparedReply) -> str:
    blanks = [name for name in responses.unresolved_in(reply.body) if name != "sender_name"]
    if blanks:
        return _("Drafted in the composer. Fill in %(names)s, then send it.") % {"names": ", ".join(blanks)}
    return _("Drafted in the composer. Read and send it to finish.")


def _sent_words(message: Message) -> str:
    people: list[dict[str, Any]] = [*message.to, *message.cc]
    said = {"who": people[0]["name"] or people[0]["address"], "n": len(people) - 1, "by": message.author_name}
    if len(people) == 1:
        return _("Sent to %(who)s by %(by)s.") % said
    return _("Sent to %(who)s and %(n)d more by %(by)s.") % said
