"""A write that waited at a vendor is done or refused: its step goes on at once."""

from __future__ import annotations

from django.db.models.functions import Now

from integrations.models import ExternalAction
from tickets.models import Step
from tickets.models.ticket import REFERENCE_PREFIX
from tickets.steps.moves import State
from tickets.steps.progress import WORK
from web import nudging


def written(action: ExternalAction) -> None:
    """`PHD-1042.1.release`, or with a number behind it, is the key of a step."""
    if not action.key.startswith(REFERENCE_PREFIX):
        return
    keys = [action.key, action.key.rpartition(".")[0]]
    waiting = Step.objects.filter(key__in=keys, state=State.READY)
    for ticket in waiting.values_list("ticket", flat=True):
        waiting.filter(ticket=ticket).update(next_try=Now())
        nudging.nudge(WORK, ticket)
