"""Another partner on a request: what was found, decided or drafted for the one before is wrong."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from invoices import passing_on, requests
from invoices.models import InvoiceRequest
from journal.record import Actor
from tickets import prepared, steps
from tickets.actions import Refused
from tickets.models import Step, Ticket

CHOOSE, FIND, ANSWER = "choose", "find", "answer"
SENT: Final = "send"
OVER: Final = (Step.State.DONE, Step.State.SKIPPED)


def partner_changed(ticket: Ticket, by: Actor) -> None:
    """Looked for again, for the company it is now; else the draft is withdrawn. The caller holds the ticket."""
    if ticket.kind != "invoice":
        passing_on.changed(ticket)
        return
    request, now = requests.of(ticket), {one.slug: one for one in steps.of(ticket)}
    if request is None or SENT not in now or now[SENT].state in OVER:
        return
    why = _("The partner is another one now.")
    try:
        _again(ticket, request, now, by=by, why=why)
    except Refused:  # a worker is at it, or somebody did it by hand: what is drafted may not be sent, whoever reads it
        prepared.withdraw_in(ticket, why=why, by=by)


def _again(ticket: Ticket, request: InvoiceRequest, now: dict[str, Step], *, by: Actor, why: str) -> None:
    if request.about != InvoiceRequest.About.COPY:
        if now[ANSWER].state in OVER:
            steps.go_back(ticket, ANSWER, by=None, why=why)
        return
    if now[CHOOSE].state == Step.State.DONE and by.user is not None:
        steps.decide_anew(ticket, CHOOSE, by=by.user, why=why)
    if now[FIND].state in OVER:
        steps.go_back(ticket, FIND, by=None, why=why)
