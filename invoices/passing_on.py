"""General questions about vendor forms, tax forms and payments: their answer is prepared as soon as they come in."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from invoices import answers, matters, reading, requests
from invoices.models import InvoiceRequest
from journal.record import DESK
from tickets import papers, prepared
from tickets.actions import Refused
from tickets.models import Step, Ticket
from tickets.models.ticket import ACTIVE
from tickets.steps.reading import open_of
from web import nudging

TASK: Final = "invoices.tasks.pass_on"
TOPICS: Final = frozenset({"vendor_form", "rebate"})
LATELY: Final = timedelta(days=3)
STEP: Final = "answer"  # of the general procedure


def opened(ticket: Ticket) -> None:
    """The row first, in the transaction that opens the ticket; a worker reads it then."""
    if is_ours(ticket):
        request = InvoiceRequest.objects.create(ticket=ticket, account=ticket.partner)
        nudging.nudge(TASK, request.pk)


def changed(ticket: Ticket) -> None:
    """Another topic, or another partner: the answer is prepared anew, or is wanted no more. The caller holds it."""
    if is_ours(ticket):
        request = requests.begun(ticket)
        InvoiceRequest.objects.filter(pk=request.pk).update(read=None)
        nudging.nudge(TASK, request.pk)
    elif ticket.kind == "general" and InvoiceRequest.objects.filter(ticket=ticket).exists():
        step = _answering(ticket)
        keys = [step.key] if step else []
        prepared.withdraw_in(ticket, why=_("It is about something else now."), by=DESK, steps=keys)


def is_ours(ticket: Ticket) -> bool:
    return ticket.kind == "general" and ticket.topic in TOPICS


def prepare(pk: int) -> None:
    """Offers the owner's text at the step that waits for an answer; not where somebody has answered already."""
    request = InvoiceRequest.objects.select_related("ticket__requester", "ticket__partner").get(pk=pk)
    ticket, step = request.ticket, _answering(request.ticket)
    if step is None or not is_ours(ticket):
        InvoiceRequest.objects.filter(pk=pk, read=None).update(read=timezone.now())
        return
    with contextlib.suppress(Refused):  # its text is switched off: somebody answers in their own words
        answers.offer(ticket, answers.of_owner(matter_of(ticket)), step=step.key)
    reading.read(ticket)


def matter_of(ticket: Ticket) -> str:
    """See `owners`."""
    sources = papers.sources_of(ticket)
    about, text = matters.about_of(ticket, sources), matters.words_of(ticket, sources)
    return matters.matter_of(about, ticket, text)


def waiting() -> list[int]:
    """Not read yet, of tickets that are open."""
    found = InvoiceRequest.objects.filter(read=None, ticket__kind="general", ticket__status__in=ACTIVE)
    return list(found.filter(created__gt=timezone.now() - LATELY).order_by("pk").values_list("pk", flat=True)[:100])


def _answering(ticket: Ticket) -> Step | None:
    """The step, while nobody has answered."""
    if ticket.first_replied is not None:
        return None
    return next((one for one in open_of(ticket.pk) if one.slug == STEP and one.procedure == "general"), None)
