"""Taking a prepared reply up, in the transaction of the reply that is made of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from documents import limits
from people.models import User
from tickets import hooks
from tickets.actions import Recipient, Refused, upload
from tickets.actions.core import locked
from tickets.models import Attachment, Message, PreparedFile, PreparedReply, Ticket
from tickets.prepared.standing import State, of_step, put


def take(ticket: Ticket, pk: int, *, by: User, submission: str | None = None) -> PreparedReply | None:
    """The offer that somebody is sending, in the transaction of their reply; `settle` follows with the message.

    None where the same press has sent it already. `Refused` where it is gone: somebody was quicker, or it is withdrawn.
    """
    with locked(ticket) as row:
        reply = PreparedReply.objects.select_related("message", "by").filter(ticket=row, pk=pk).first()
        if reply is None:
            raise Refused(_("There is no such prepared reply. Load the page again; your text is kept."))
        if reply.state == State.OFFERED:
            reply.ticket = row
            put(reply, State.SENT, by=by)
            return reply
        if reply.message is not None and submission and reply.message.submission == submission:
            return None
        raise Refused(_gone(reply))


def attach(reply: PreparedReply, chosen: Collection[int] | None, *, by: User) -> list[Attachment]:
    """The documents that go along, attached once more; without `chosen` all that fit."""
    files = list(reply.files.select_related("stored"))
    wanted = fitting(files) if chosen is None else chosen
    return [upload(reply.ticket, stored=one.stored, filename=one.filename, by=by) for one in files if one.pk in wanted]


def settle(reply: PreparedReply, message: Message) -> None:
    """It went as `message`; its procedure hears of it."""
    with locked(reply.ticket) as row:
        PreparedReply.objects.filter(pk=reply.pk).update(message=message)
        hooks.procedure_hears(row, "sent")


def people(reply: PreparedReply) -> tuple[list[Recipient], list[Recipient]]:
    """Whom it goes to, and who is copied."""
    to, cc = ([Recipient(address=one["address"], name=one["name"]) for one in rows] for rows in (reply.to, reply.cc))
    return to, cc


def fitting(files: Sequence[PreparedFile]) -> set[int]:
    """Those that may go with one mail, the first ones first; none that is empty or too large by itself."""
    found: set[int] = set()
    size = 0
    for one in files:
        fits = len(found) < limits.MAX_FILES and size + one.stored.size <= limits.MAX_TOTAL_BYTES
        if fits and not limits.refuse(one.stored):
            found.add(one.pk)
            size += one.stored.size
    return found


def sent(ticket: Ticket, step_key: str) -> Message | None:
    """The message somebody made of what this step had prepared, since it was last gone back to."""
    there = of_step(ticket, step_key)
    return there.message if there is not None and there.state == State.SENT else None


def _gone(reply: PreparedReply) -> str:
    if reply.state == State.WITHDRAWN:
        return _("The reply was prepared anew or withdrawn while you wrote. Your text is kept; look at it, then send.")
    return _("%(name)s has sent this reply meanwhile. Your text is kept.") % {"name": reply.by or _("Somebody")}
