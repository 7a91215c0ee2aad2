"""It turned out to be something else, or the partner has answered: the right procedure, or the right step, begins."""

from __future__ import annotations

import logging
from typing import Final

from django.db.models import Max
from django.utils.translation import gettext as _

from journal.record import Actor
from nfr import reading, requests, topics
from nfr.models import LicenceRequest
from people.models import User
from tickets import hooks, papers, prepared, procedures, steps
from tickets.actions import Refused
from tickets.actions.core import locked
from tickets.models import Step, Ticket
from tickets.models.ticket import ENDED
from web import nudging

log = logging.getLogger(__name__)
BEGIN: Final = "nfr.tasks.begin_again"
READ: Final = "nfr.tasks.read_again"
CHECK: Final = "nfr.tasks.check_again"


def is_another(ticket: Ticket, topic: str) -> bool:
    """Whether the ticket is in another procedure than this topic takes."""
    wanted = f"{requests.KIND}-{topics.variant_of(topic)}" if topics.variant_of(topic) else requests.KIND
    return procedures.procedure_of(wanted) is not None and _running(ticket) not in {"", wanted}


def begin(request: LicenceRequest) -> bool:
    """The procedure of its topic, where another one runs; the caller holds the ticket, and is no step of it."""
    if not is_another(request.ticket, request.topic):
        return False
    hooks.procedure_begins(request.ticket)
    return True


def soon(ticket: Ticket) -> None:
    """The same for a step that is being decided or looked at: a worker begins it after this transaction."""
    nudging.nudge(BEGIN, ticket.pk)


def begin_again(pk: int) -> None:
    """In a worker; twice is harmless."""
    ticket = Ticket.objects.filter(pk=pk, kind=requests.KIND).first()
    if ticket is None:
        return
    with locked(ticket) as row:
        request = requests.known(row)
        if request is not None:
            request.ticket = row
            begin(request)


def read_again(pk: int) -> None:
    """Once for each answer, however often it is said; the step that waits for it hears. In a worker."""
    ticket = Ticket.objects.filter(pk=pk, kind=requests.KIND).first()
    if ticket is None:
        return
    request = _read(ticket)
    with locked(ticket) as row:
        request.ticket = row
        if not begin(request):
            steps.heard(row, "facts")


def check_again(pk: int) -> None:
    """Something was said while it waited for the decision: it is read, and the program is asked anew. In a worker."""
    ticket = Ticket.objects.filter(pk=pk, kind=requests.KIND).first()
    now = steps.current(ticket) if ticket else None
    if ticket is None or now is None or (now.procedure, now.slug) != (requests.KIND, "decide"):
        return
    _read(ticket)
    try:
        steps.go_back(ticket, "check", by=None, why=_("It is checked again."))
    except Refused as refused:
        log.info("%s is not checked again: %s", ticket.reference, refused)


def partner_changed(ticket: Ticket, by: Actor) -> None:
    """In the transaction of the change: what was decided for another partner is decided anew, if Support has not heard.

    Else what was drafted for them is withdrawn, whoever reads it. The caller holds the ticket.
    """
    decided = _decision(ticket) if ticket.kind == requests.KIND else None
    if decided is None:
        return
    if decided.state != Step.State.DONE or by.user is None:
        steps.heard(ticket, "facts")
        return
    why = _("The partner is another one now.")
    if not decide_anew(ticket, by=by.user, why=why):
        prepared.withdraw_in(ticket, why=why, by=by)


def decide_anew(ticket: Ticket, *, by: User, why: str) -> bool:
    """A licence that was decided about is decided about anew, as long as Support has not heard of it."""
    decided = _decision(ticket)
    if decided is None or decided.state != Step.State.DONE or ticket.status in ENDED:
        return False
    try:
        steps.decide_anew(ticket, "decide", by=by, why=why)
    except Refused:
        return False
    return True


def _decision(ticket: Ticket) -> Step | None:
    found = (one for one in steps.of(ticket) if (one.procedure, one.slug) == (requests.KIND, "decide"))
    return next(found, None)


def _read(ticket: Ticket) -> LicenceRequest:
    request = requests.of(ticket)
    if reading.is_stale(request):
        papers.read_all(ticket)
        request = reading.read(ticket)
    return request


def _running(ticket: Ticket) -> str:
    newest = Step.objects.filter(ticket=ticket).aggregate(last=Max("run"))["last"]
    found = Step.objects.filter(ticket=ticket, run=newest).values_list("procedure", flat=True).first()
    return str(found or "")
