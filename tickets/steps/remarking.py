"""What a step that is done learns afterwards: its mail came back, its record is gone."""

from __future__ import annotations

from dataclasses import asdict

from journal.record import DESK
from tickets.actions.core import locked
from tickets.models import Step
from tickets.procedures import Fact
from tickets.steps.telling import tell


def remark(step: Step, fact: Fact) -> Step:
    """One more line of evidence, once; its state stays."""
    with locked(step.ticket) as ticket:
        row = Step.objects.select_for_update().get(pk=step.pk)
        facts = [*row.data.get("facts", []), asdict(fact)]
        if facts[-1] not in facts[:-1]:
            row.data = {**row.data, "facts": facts}
            row.save(update_fields=["data"])
            tell(ticket, row, "step remarked", by=DESK, why=f"{fact.name}: {fact.value}")
        step.ticket.last_event = ticket.last_event
    return row
