"""Taking a write back where the vendor allows it: asked for in a row, done by a worker, told like the write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations import calls
from journal.record import actor_of
from people.models import User
from tickets.actions.core import Refused, locked
from tickets.models import Step
from tickets.procedures import Done, Retry
from tickets.steps import evidence, settling
from tickets.steps.moves import State
from tickets.steps.reading import plan_of
from tickets.steps.settling import Said
from tickets.steps.standing import Writing, at
from tickets.steps.telling import actor, tell
from web import failpoints, nudging

TASK: Final = "tickets.tasks.undo_step"
LEASE: Final = 120.0


def may_undo(step: Step) -> bool:
    """A write that was done by the desk, can be taken back and has not been."""
    plan = plan_of(step)
    by_the_desk = step.state == State.DONE and not step.shadow and not step.by_hand and step.undone is None
    return by_the_desk and plan is not None and plan.undo is not None


def undo(step: Step, *, by: User) -> Step:
    """Asks for it; a worker does it and says what came of it in `data["undo"]`."""
    with locked(step.ticket) as ticket:
        row = Step.objects.get(pk=step.pk)
        if row.undone is not None:
            raise Refused(_("It has been taken back already."))
        if not may_undo(row):
            raise Refused(_("This cannot be taken back from here."))
        if row.undo_asked is None or row.data.get("undo", {}).get("problem"):
            row.undo_asked, row.by = timezone.now(), by
            row.data = {**row.data, "undo": {"by": str(by), "problem": ""}}
            row.save(update_fields=["undo_asked", "by", "data"])
            tell(ticket, row, "undo asked for", by=actor_of(by))
            nudging.nudge(TASK, row.pk)
    return row


def work_undo(pk: int) -> None:
    """Claims, works outside any transaction, records; twice is harmless, for its write has a key of its own."""
    step = _claim(pk)
    plan = plan_of(step) if step else None
    if step is None or plan is None or plan.undo is None:
        return
    failpoints.reach("undo claimed")
    about = f"{step.ticket.reference}: {step.title}"
    writing = Writing(since=step.undo_asked, about=about, key=f"{step.key}.undo", by=step.by)
    with calls.piece_of_work():
        said = settling.ask(step, partial(plan.undo, at(step.ticket, step, by=step.by, write=writing)))
    failpoints.reach("undo worked")
    _record(step, said, writing)


def waiting_undos() -> list[int]:
    """Asked for, not done, not refused and in nobody's hand."""
    found = Step.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=Now()), undone=None, undo_asked__lte=Now())
    return list(found.order_by("undo_asked").values_list("pk", flat=True)[:100])


def _claim(pk: int) -> Step | None:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [LEASE, pk])
        row = cursor.fetchone()
    return Step.objects.select_related("by", "ticket__requester", "ticket__partner").get(pk=pk) if row else None


def _record(step: Step, said: Said, writing: Writing) -> None:
    with locked(step.ticket) as ticket:
        row = Step.objects.select_related("by").get(pk=step.pk)
        if row.undone is not None:
            return
        row.claimed_until = None
        if isinstance(said, Retry):
            row.undo_asked = timezone.now() + timedelta(seconds=said.seconds or 60)
            row.data = {**row.data, "undo": {**row.data.get("undo", {}), "waits": str(said)}}
        elif isinstance(said, Done):
            row.undone = timezone.now()
            row.data = {**row.data, "undo": {**_of(row), **_shown(said, writing)}}
            tell(ticket, row, "step undone", by=actor(row.by), more={"note": evidence.note(said.note)})
        else:
            row.undo_asked = None
            row.data = {**row.data, "undo": {**_of(row), "problem": str(said)}}
            tell(ticket, row, "undo refused", by=actor(row.by), why=str(said))
        row.save(update_fields=["claimed_until", "undone", "undo_asked", "data"])


def _of(row: Step) -> Mapping[str, Any]:
    return {"by": row.data.get("undo", {}).get("by", "")}


def _shown(said: Done, writing: Writing) -> Mapping[str, Any]:
    whole = evidence.data(facts=said.facts, changes=said.changes or writing.changes, link=said.link)
    return {"note": evidence.note(said.note), "facts": whole["facts"], "changes": whole["changes"], "problem": ""}


_CLAIM: Final = """
UPDATE tickets_step SET claimed_until = statement_timestamp() + make_interval(secs => %s)
WHERE id = (SELECT id FROM tickets_step
            WHERE id = %s AND undone IS NULL AND undo_asked <= statement_timestamp() + interval '2 seconds'
              AND (claimed_until IS NULL OR claimed_until < statement_timestamp()) FOR UPDATE SKIP LOCKED)
RETURNING id
"""
