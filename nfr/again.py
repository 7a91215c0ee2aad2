"""It turned out to be something else, or the partner has answered: the right procedure, or the right step, begins."""

from __future__ import annotations

import logging
from typing import Final

from django.db.models import Max
from django.utils.translation import gettext as _

from nfr import reading, requests, topics
from nfr.models import LicenceRequest
from tickets import hooks, procedures, steps
from tickets.actions import Refused
from tickets.actions.core import locked
from tickets.models import Step, Ticket
from web import nudging

log = logging.getLogger(__name__)
BEGIN: Final = "nfr.tasks.begin_again"
READ: Final = "nfr.tasks.read_again"
ANSWERABLE: Final = frozenset({"topic", "complete"})  # steps that an answer of the partner may settle


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
    """Once for each answer, however often it is said; what stands further along looks itself. In a worker."""
    ticket = Ticket.objects.filter(pk=pk, kind=requests.KIND).first()
    request = requests.known(ticket) if ticket else None
    if ticket is None or request is None or not reading.is_stale(request):
        return
    now = steps.current(ticket)
    if now is None or now.slug not in ANSWERABLE:
        return
    try:
        steps.go_back(ticket, "read", by=None, why=_("The partner has answered."))
    except Refused as refused:
        log.info("%s is not read again: %s", ticket.reference, refused)


def _running(ticket: Ticket) -> str:
    newest = Step.objects.filter(ticket=ticket).aggregate(last=Max("run"))["last"]
    found = Step.objects.filter(ticket=ticket, run=newest).values_list("procedure", flat=True).first()
    return str(found or "")
