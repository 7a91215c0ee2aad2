"""The last steps of a request that went astray: the answer prepared, sent, and the ticket resolved as redirected."""

from __future__ import annotations

from django.utils.translation import gettext as _

from journal.record import DESK
from orders import again, answers, shown
from tickets import actions, prepared
from tickets.models import SolvedReason, Status
from tickets.models.ticket import ENDED, OURS
from tickets.procedures import At, Done, Waiting
from web import failpoints


def answer(at: At) -> Done:
    reply = answers.offer(shown.request_of(at), step=at.key)
    failpoints.reach("answer prepared")
    to = ", ".join(row["name"] or row["address"] for row in (*reply.to, *reply.cc))
    return Done(note=_("To %(people)s.") % {"people": to}, keep={"reply": reply.pk})


def sent(at: At) -> Done | Waiting:
    again.notice(at.ticket, at.kept("read"))
    return prepared.look_sent("answer")(at)


def solve(at: At) -> Done:
    """It is others' now: resolved as redirected. Whoever sent may have said otherwise."""
    if at.ticket.status in ENDED:
        return Done(note=_("It was resolved already."))
    if at.ticket.status not in OURS:
        return Done(note=_("It stays as it is: %(status)s.") % {"status": at.ticket.get_status_display()})
    actions.set_status(
        at.ticket,
        to=Status.SOLVED,
        by=DESK,
        reason=SolvedReason.REDIRECTED,
        why=_("Whoever has to do with it has it."),
    )
    return Done(note=_("Resolved as redirected."))
