"""Taking writes back where the vendor allows it: asked for in rows, done by a worker, told like the writes.

What was written later is taken back first: it rests on what came before it. Where one of them cannot be, those before
it stay too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations import calls
from journal.record import actor_of
from people.models import User
from tickets import prepared
from tickets.actions.core import Refused, locked
from tickets.models import Step, Ticket
from tickets.procedures import Done, Retry
from tickets.steps import evidence, settling
from tickets.steps.moves import State
from tickets.steps.reading import plan_of
from tickets.steps.settling import Said
from tickets.steps.standing import Writing, at, newest_done
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
    """Asks for it, and for all that was written after it; a worker does it and says in `data["undo"]` what came of it.

    A reply that was prepared since is withdrawn: it would say what no longer holds.
    """
    with locked(step.ticket) as ticket:
        row, *later = Step.objects.filter(ticket=ticket, run=step.run, position__gte=step.position).order_by("position")
        if row.undone is not None:
            raise Refused(_("It has been taken back already."))
        if not may_undo(row):
            raise Refused(_("This cannot be taken back from here."))
        _nobody_writes(later)
        asked = [one for one in (row, *later) if one is row or _is_written(one)]
        for one in asked:
            _ask(ticket, one, by=by)
        why = _("“%(title)s” is taken back.") % {"title": row.title}
        prepared.withdraw_in(ticket, why=why, by=actor_of(by), steps=[one.key for one in later])
        nudging.nudge(TASK, asked[-1].pk)
        step.ticket.last_event, step.ticket.updated = ticket.last_event, ticket.updated
    return row


def after(step: Step, steps: Sequence[Step]) -> list[Step]:
    """Of these steps of its run, those that are taken back before it."""
    return [one for one in steps if one.position > step.position and may_undo(one)]


def work_undo(pk: int) -> None:
    """Claims, works outside any transaction, records; twice is harmless, for its write has a key of its own."""
    step = _claim(pk)
    plan = plan_of(step) if step else None
    if step is None or plan is None or plan.undo is None:
        return
    failpoints.reach("undo claimed")
    about = f"{step.ticket.reference}: {step.title}"
    writing = Writing(since=step.undo_asked, about=about, key=key_of_undo(step), against=step.key, by=step.by)
    with calls.piece_of_work():
        said = settling.ask(step, partial(plan.undo, at(step.ticket, step, by=step.by, write=writing)))
    failpoints.reach("undo worked")
    _record(step, said, writing)


def waiting_undos() -> list[int]:
    """Asked for, not done, not refused, in nobody's hand, and not waiting for a later one."""
    asked = Step.objects.filter(undone=None, undo_asked__isnull=False)
    later = asked.filter(ticket=OuterRef("ticket"), run=OuterRef("run"), position__gt=OuterRef("position"))
    free = Q(claimed_until=None) | Q(claimed_until__lt=Now())
    found = asked.filter(free, ~Exists(later), undo_asked__lte=Now())
    return list(found.order_by("undo_asked").values_list("pk", flat=True)[:100])


def _claim(pk: int) -> Step | None:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [LEASE, pk])
        row = cursor.fetchone()
    return Step.objects.select_related("by", "ticket__requester", "ticket__partner").get(pk=pk) if row else None


def key_of_undo(step: Step) -> str:
    return f"{step.key}.undo"


def _nobody_writes(later: Sequence[Step]) -> None:
    """What is about to be written would stand on what is gone; what cannot be taken back from here stays in the way."""
    for one in later:
        plan = plan_of(one)
        if plan is None or not plan.writes or one.undone is not None or one.shadow:
            continue
        if one.state in {State.READY, State.RUNNING}:
            words = _("“%(title)s” is being written. Wait until it is done, or skip it with a reason.")
            raise Refused(words % {"title": one.title})
        if one.state == State.DONE and not may_undo(one):
            words = _("“%(title)s” came after it and cannot be taken back from here.")
            raise Refused(words % {"title": one.title})


def _is_written(step: Step) -> bool:
    """Done, or given up half-way: something of it stands at the vendor."""
    if may_undo(step):
        return True
    plan = plan_of(step)
    broken_off = step.state in {State.STUCK, State.SKIPPED} and step.undone is None and not step.shadow
    if not broken_off or plan is None or plan.undo is None:
        return False
    return newest_done(step.key) > newest_done(key_of_undo(step))


def _ask(ticket: Ticket, row: Step, *, by: User) -> None:
    """Once; what was refused is asked for again."""
    if row.undo_asked is not None and not row.data.get("undo", {}).get("problem"):
        return
    row.undo_asked, row.by = timezone.now(), by
    row.data = {**row.data, "undo": {"by": str(by), "problem": ""}}
    row.save(update_fields=["undo_asked", "by", "data"])
    tell(ticket, row, "undo asked for", by=actor_of(by))


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
            _refuse(ticket, row, str(said))
        row.save(update_fields=["claimed_until", "undone", "undo_asked", "data"])
        _go_on(ticket, row)


def _refuse(ticket: Ticket, row: Step, problem: str) -> None:
    row.undo_asked = None
    row.data = {**row.data, "undo": {**_of(row), "problem": problem}}
    tell(ticket, row, "undo refused", by=actor(row.by), why=problem)


def _go_on(ticket: Ticket, row: Step) -> None:
    """The one before it has the turn; where this one stays, what came before it stays."""
    asked = Step.objects.select_related("by").filter(ticket=ticket, run=row.run, position__lt=row.position)
    earlier = list(asked.filter(undo_asked__isnull=False, undone=None).order_by("-position"))
    if row.undone is not None and earlier:
        nudging.nudge(TASK, earlier[0].pk)
    elif row.undo_asked is None:
        for one in earlier:
            words = _("“%(title)s” came after it and stays: that has to be taken back first.")
            _refuse(ticket, one, words % {"title": row.title})
            one.save(update_fields=["undo_asked", "data"])


def _of(row: Step) -> Mapping[str, Any]:
    return {"by": row.data.get("undo", {}).get("by", "")}


def _shown(said: Done, writing: Writing) -> Mapping[str, Any]:
    whole = evidence.data(facts=said.facts, changes=said.changes or writing.changes, link=said.link)
    return {"note": evidence.note(said.note), "facts": whole["facts"], "changes": whole["changes"], "problem": ""}


_CLAIM: Final = """
UPDATE tickets_step SET claimed_until = statement_timestamp() + make_interval(secs => %s)
WHERE id = (SELECT id FROM tickets_step
            WHERE id = %s AND undone IS NULL AND undo_asked <= statement_timestamp() + interval '2 seconds'
              AND (claimed_until IS NULL OR claimed_until < statement_timestamp())
              AND NOT EXISTS (SELECT 1 FROM tickets_step AS later
                              WHERE later.ticket_id = tickets_step.ticket_id AND later.run = tickets_step.run
                                AND later.position > tickets_step.position
                                AND later.undo_asked IS NOT NULL AND later.undone IS NULL)
            FOR UPDATE SKIP LOCKED)
RETURNING id
"""
