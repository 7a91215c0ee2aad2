"""The worker dies between any two effects of a purchase order: the file hangs there once, one reply is offered."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db.models.functions import Now

from integrations.models import ExternalAction
from integrations.tasks import sweep as sweep_writes
from tests.conftest import Cast
from tests.mail.fault_servers import dies_at
from tests.orders.stray import HAVELLAND, PO, agreed, astray, files_at, pdf, request_of, sent, step, worked
from tickets import steps
from tickets.models import PreparedReply, Step, Ticket
from tickets.steps import sweeping, undoing

__all__ = ["astray"]
pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = ("step claimed", "opportunities found")
PLACES = (
    "action claimed", "action done at vendor", "purchase order attached",
    "purchase order read back", "purchase order kept", "answer prepared",
)  # fmt: skip


def back_to_life(ticket: Ticket) -> dict[str, str]:
    """Claims of the dead run out, the sweeps find them, a worker goes on."""
    past = Now() - timedelta(seconds=1)
    Step.objects.filter(state="running").update(claimed_until=past, attempts=1)  # five losses would be one too many
    ExternalAction.objects.filter(state="running").update(claimed_until=past)
    sweeping.take_back_lost()
    sweep_writes()
    ExternalAction.objects.filter(state="waiting").update(next_try=past)
    Step.objects.filter(state="ready").update(next_try=past)
    return worked(ticket)


def test_killed_anywhere_the_order_is_attached_once(astray: Cast) -> None:
    ticket = sent(files={"PO-4500017.pdf": pdf(*PO)})
    for place in BEFORE:
        dies_at(place, partial(back_to_life, ticket))
    assert back_to_life(ticket)["document"] == "waiting"
    agreed(ticket, astray.nadia, work=False)
    for place in PLACES:
        dies_at(place, partial(back_to_life, ticket))
    assert back_to_life(ticket)["send"] == "waiting"
    assert files_at(HAVELLAND) == ["PO-4500017"]
    assert step(ticket, "attach").data["keep"]["ours"] is True
    assert PreparedReply.objects.filter(ticket=ticket).count() == 1
    taken_off(ticket, astray)


def taken_off(ticket: Ticket, cast: Cast) -> None:
    attached = step(ticket, "attach")
    steps.undo(attached, by=cast.nadia)
    past = Now() - timedelta(seconds=1)
    for place in ("undo claimed", "purchase order detached", "undo worked"):
        dies_at(place, partial(undoing.work_undo, attached.pk))
        Step.objects.filter(pk=attached.pk).update(claimed_until=past)
        ExternalAction.objects.filter(state="running").update(claimed_until=past)
    undoing.work_undo(attached.pk)
    assert step(ticket, "attach").undone is not None
    assert (files_at(HAVELLAND), request_of(ticket).document_ref) == ([], "")
