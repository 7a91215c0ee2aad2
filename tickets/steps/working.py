"""What a worker does: claim a step by a lease, do its work outside any transaction, record what became of it.

The next automatic step is claimed in the transaction that records the one before. A worker that dies leaves a claim
that runs out; the sweep makes its step ready again, and the step's function looks before it does anything.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Final

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations import calls
from journal.record import DESK
from tickets.actions.core import locked
from tickets.models import Step, Ticket
from tickets.procedures import Change, Done, Finish, Plan, Stuck
from tickets.steps import ending, evidence, moves, progress, settling
from tickets.steps.moves import State
from tickets.steps.reading import open_of, plan_of
from tickets.steps.settling import Said, Skip
from tickets.steps.shadow import in_shadow
from tickets.steps.standing import Writing, at
from tickets.steps.telling import tell
from tickets.steps.undoing import key_of_undo
from web import failpoints, nudging

log = logging.getLogger(__name__)
LEASE: Final = timedelta(seconds=120)  # longer than any task may run
PATIENCE: Final = 40.0  # seconds in which one task begins further steps


@dataclass(frozen=True, kw_only=True)
class Worked:
    """What came of one try."""

    said: Said | Skip
    changes: Sequence[Change] = ()
    shadow: bool = False


def work_on(ticket_pk: int) -> None:
    """Every automatic step of the ticket that is ready, one after the other. Twice, or two at once, is harmless."""
    until = monotonic() + PATIENCE
    step = _claim(ticket_pk)
    while step is not None:
        failpoints.reach("step claimed")
        worked = _work(step)
        failpoints.reach("step worked")
        step = _record(step, worked, further=monotonic() < until)
        failpoints.reach("step recorded")


def _claim(ticket_pk: int) -> Step | None:
    """By the database's clock; whoever finds the row locked leaves it to the other."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [LEASE.total_seconds(), ticket_pk])
        row = cursor.fetchone()
    return _whole(row[0]) if row else None


def _work(step: Step) -> Worked:
    plan = plan_of(step)
    if plan is None or plan.work is None:
        return Worked(said=Stuck(progress.gone()))
    shadow = _shadow(step, plan)
    about = f"{step.ticket.reference}: {step.title}"
    writing = Writing(
        since=step.started, about=about, key=step.key, against=key_of_undo(step), by=step.by, shadow=shadow
    )
    there = at(step.ticket, step, by=step.by, write=writing)
    gone = _taken_back_before(step) if plan.writes else None
    if gone is not None:
        words = _("“%(title)s” was taken back. Go back to an earlier step, or skip this one with a reason.")
        return Worked(said=Stuck(words % {"title": gone.title}))
    try:
        with calls.piece_of_work():
            said = progress.unneeded(plan, there, inside=False) or settling.ask(step, partial(plan.work, there))
    except (DatabaseError, InterfaceError):
        _give_back(step)
        raise  # the sweep tries again
    untrue = isinstance(said, Done) and writing.refused  # it is done, and not by what was to be written
    changes = () if untrue else tuple(writing.changes)
    return Worked(said=said, changes=changes, shadow=shadow and not isinstance(said, Skip))


def _taken_back_before(step: Step) -> Step | None:
    """What was written before it and stands no more, or not for long."""
    earlier = Step.objects.filter(ticket=step.ticket_id, run=step.run, position__lt=step.position)
    return earlier.filter(undo_asked__isnull=False).order_by("position").first()


def _shadow(step: Step, plan: Plan) -> bool:
    """Whether it only shows what it would write; what a vendor was given before shadow mode began stays a write."""
    if not (plan.writes and in_shadow(step.procedure, step.slug)):
        return False
    with transaction.atomic():
        return not ending.withdraw([step], by=DESK, why=_("The step only shows what it would write now."))


def _record(step: Step, worked: Worked, *, further: bool) -> Step | None:
    """Writes it down if the claim is still ours; the step that is claimed next."""
    with locked(step.ticket) as ticket:
        found = open_of(ticket.pk)
        mine = next((one for one in found if _ours(one, step)), None)
        if mine is None:
            _too_late(ticket, step, worked)
            return None
        over = settling.settle(ticket, mine, worked.said, by=DESK, changes=worked.changes, shadow=worked.shadow)
        if isinstance(worked.said, Finish):
            progress.finish(found[found.index(mine) + 1 :], worked.said)
            return None
        if not over:
            _wake(mine)
            return None
        following = progress.go_on(ticket, found[found.index(mine) + 1 :], work=further)
        if following is None:
            return None
        _take(following)
        following.ticket = ticket
        return following


def _whole(pk: int) -> Step:
    """With what most functions ask of a ticket."""
    names = ("requester__account", "partner__channel_manager", "assignee", "channel_manager")
    return Step.objects.select_related("by", "ticket", *(f"ticket__{name}" for name in names)).get(pk=pk)


def _ours(one: Step, step: Step) -> bool:
    return one.pk == step.pk and one.state == State.RUNNING and one.attempts == step.attempts


def _take(step: Step) -> None:
    until = timezone.now() + LEASE
    moves.move(step, State.RUNNING, attempts=step.attempts + 1, claimed_until=until)


def _wake(step: Step) -> None:
    if step.state == State.READY:
        seconds = max(0.0, (step.next_try - timezone.now()).total_seconds())
        nudging.nudge(progress.WORK, step.ticket_id, seconds=seconds + 0.05)


def _give_back(step: Step) -> None:
    """The database is away: where it answers again, it was no attempt and nobody's any more."""
    with contextlib.suppress(DatabaseError, InterfaceError):
        moves.move(step, State.READY, attempts=max(0, step.attempts - 1), next_try=timezone.now())


def _too_late(ticket: Ticket, step: Step, worked: Worked) -> None:
    """The procedure was ended meanwhile, or another worker has the step; what was done at a vendor is not forgotten."""
    log.warning("step %s was taken from its worker", step.key)
    now = Step.objects.filter(pk=step.pk, state=State.SKIPPED).first()
    if now is None or not worked.changes or worked.shadow:
        return
    if not isinstance(worked.said, Done | Finish):  # not written, or not yet: then it never is
        ending.withdraw([step], by=DESK, why=now.why)
        return
    whole = evidence.data(changes=worked.changes)
    Step.objects.filter(pk=step.pk).update(data=whole)
    tell(ticket, now, "step done too late", by=DESK, why=now.why)


_CLAIM: Final = """
UPDATE tickets_step AS step
SET state = 'running', attempts = attempts + 1, started = COALESCE(started, statement_timestamp()),
    claimed_until = statement_timestamp() + make_interval(secs => %s)
WHERE id = (SELECT id FROM tickets_step
            WHERE ticket_id = %s AND state = 'ready' AND type = 'automatic'
              AND next_try <= statement_timestamp() + interval '2 seconds'
            ORDER BY run, position LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""  # two seconds: the clocks of two machines
