"""What a person does with a step: decide, try again, skip, do it by hand, hand it over. Each is one event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import actor_of
from people.models import User
from tickets.actions.core import Refused, locked, named
from tickets.models import Step, Ticket
from tickets.procedures import Done, Finish, Retry, Stuck, Waiting
from tickets.steps import ending, moves, notices, progress, settling
from tickets.steps.moves import AT_TURN, State
from tickets.steps.reading import open_of, plan_of
from tickets.steps.standing import at
from tickets.steps.telling import actor, tell
from web import nudging, rows


@dataclass(frozen=True, kw_only=True)
class Held:
    """A step that has the turn, its locked ticket, and what comes after it."""

    ticket: Ticket
    step: Step
    rest: list[Step]


def confirm(step: Step, given: Mapping[str, Any], *, by: User) -> Step:
    """Decides with the checked values of `form_of(step)`; the decision and what it does are one transaction."""
    with _held(step) as held:
        plan = plan_of(held.step)
        if plan is None or plan.decide is None or held.step.type != Step.Type.CONFIRMED:
            raise Refused(_("Nobody has to decide this step."))
        try:
            said: Done | Waiting | Finish = plan.decide(at(held.ticket, held.step, by=by), given)
        except (Retry, Stuck) as problem:
            raise Refused(str(problem)) from problem
        except Finish as finish:
            said = finish
        _decided(held, said, by=by)
        return held.step


def retry(step: Step, *, by: User | None) -> Step:
    """Once more, now: by a worker, or by looking whether the world has answered meanwhile. Without `by` by itself."""
    with _held(step) as held:
        row = held.step
        if row.type != Step.Type.AUTOMATIC:
            _look_again(held, by=by)
            return row
        if row.state not in {State.STUCK, State.READY}:
            raise Refused(_("It is not stuck."))
        now = timezone.now()
        moves.move(row, State.READY, attempts=0, next_try=now, started=None, problem="", by=by)
        tell(held.ticket, row, "step tried again", by=actor(by))
        nudging.nudge(progress.WORK, row.ticket_id)
        return row


def skip(step: Step, *, why: str, by: User) -> Step:
    """Not needed here, and why; the next one has the turn."""
    reason = _words(why, _("Say why it is skipped."))
    with _held(step) as held:
        _nothing_is_written(held.step, by=by, why=reason)
        moves.move(held.step, State.SKIPPED, why=reason, by=by)
        tell(held.ticket, held.step, "step skipped", by=actor_of(by), why=reason)
        progress.go_on(held.ticket, held.rest)
        return held.step


def done_by_hand(step: Step, *, how: str, by: User) -> Step:
    """Somebody has done it elsewhere and says how; the next one has the turn."""
    words = _words(how, _("Say how it was done."))
    with _held(step) as held:
        _nothing_is_written(held.step, by=by, why=words)
        moves.move(held.step, State.DONE, by_hand=True, why=words, by=by, waits_for="")
        tell(held.ticket, held.step, "step done by hand", by=actor_of(by), why=words)
        progress.go_on(held.ticket, held.rest)
        return held.step


def hand_over(step: Step, *, to: User | None, by: User) -> Step:
    """Who has it in hand and is reminded of it; nobody gives it back to whoever has the ticket."""
    if to is not None and not (to.is_active and to.is_colleague):
        raise Refused(_("%(name)s does not work here. Choose a colleague.") % {"name": to})
    with _held(step, running=True) as held:
        row = held.step
        if row.holder_id != (to.pk if to else None):
            before = named(row.holder)
            rows.update(Step, {"holder": to}, pk=row.pk)
            row.holder = to
            tell(held.ticket, row, "step handed over", by=actor_of(by), more={"holder": named(to), "before": before})
            if to is not None and to != by:
                notices.handed_over(held.ticket, row, to)
        return row


@contextmanager
def _held(step: Step, *, running: bool = False) -> Iterator[Held]:
    """The step under its ticket's lock, if it has the turn; what a worker has in hand is left alone."""
    with locked(step.ticket) as ticket:
        found = open_of(ticket.pk)
        if not found or found[0].pk != step.pk or found[0].state not in AT_TURN:
            raise Refused(_not_its_turn(step))
        if found[0].state == State.RUNNING and not running:
            raise Refused(_("A worker is at it this moment. Look again in a few seconds."))
        yield Held(ticket=ticket, step=found[0], rest=found[1:])
        step.ticket.last_event = ticket.last_event


def _nothing_is_written(step: Step, *, by: User, why: str) -> None:
    """What the vendor could not be given yet is not written later either; what a worker is at is left alone."""
    late = ending.withdraw([step], by=actor_of(by), why=why)
    if any(one.state != one.State.DONE for one in late):
        raise Refused(_("It is being written at this moment. Look again in a few seconds."))


def _not_its_turn(step: Step) -> str:
    now = Step.objects.select_related("by").get(pk=step.pk)
    if now.state in moves.OVER:
        words = _("Somebody was quicker: the step is %(state)s.")
        if now.by:
            words = _("%(name)s was quicker: the step is %(state)s.")
        return words % {"name": now.by, "state": str(now.get_state_display()).lower()}
    return _("Its turn has not come yet.")


def _decided(held: Held, said: Done | Waiting | Finish, *, by: User) -> None:
    who = actor_of(by)
    if isinstance(said, Waiting):
        settling.wait(held.step, said)
        rows.update(Step, {"by": by}, pk=held.step.pk)
        held.step.by = by
        tell(held.ticket, held.step, "step decided", by=who, more={"note": held.step.note})
        return
    settling.settle(held.ticket, held.step, said, by=who, verb="step decided")
    if isinstance(said, Finish):
        progress.finish(held.rest, said)
    else:
        progress.go_on(held.ticket, held.rest)


def _look_again(held: Held, *, by: User | None) -> None:
    plan = plan_of(held.step)
    if plan is None or plan.look is None:
        if held.step.state != State.STUCK:
            raise Refused(_("It waits for a decision."))
        progress.go_on(held.ticket, [held.step, *held.rest])
        return
    tell(held.ticket, held.step, "step tried again", by=actor(by))
    progress.look(held.ticket, [held.step, *held.rest], by=by)


def _words(text: str, otherwise: str) -> str:
    words = text.replace("\x00", "").strip()
    if not words:
        raise Refused(otherwise)
    return words[:2000]
