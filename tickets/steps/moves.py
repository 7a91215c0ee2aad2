"""The one writer of a step's state: which may follow which, and what each brings with it."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.actions.core import Refused
from tickets.models import Step
from web import rows

State = Step.State
OPEN: Final = (State.LATER, State.READY, State.RUNNING, State.WAITING, State.STUCK)
AT_TURN: Final = (State.READY, State.RUNNING, State.WAITING, State.STUCK)
OVER: Final = (State.DONE, State.SKIPPED)

MOVES: Final[dict[str, frozenset[str]]] = {
    State.LATER: frozenset({State.READY, State.RUNNING, State.WAITING, State.STUCK, State.DONE, State.SKIPPED}),
    State.READY: frozenset({State.RUNNING, State.STUCK, State.DONE, State.SKIPPED, State.LATER, State.READY}),
    State.RUNNING: frozenset({State.READY, State.STUCK, State.DONE, State.SKIPPED}),
    State.WAITING: frozenset({State.WAITING, State.STUCK, State.DONE, State.SKIPPED, State.LATER, State.READY}),
    State.STUCK: frozenset({State.READY, State.WAITING, State.STUCK, State.DONE, State.SKIPPED, State.LATER}),
    State.DONE: frozenset({State.LATER, State.READY, State.WAITING}),  # only by going back, or where it holds no more
    State.SKIPPED: frozenset({State.LATER, State.READY}),
}


class Overtaken(Refused):
    """Somebody, or a worker, has moved the step since it was read."""


def move(step: Step, to: str, **values: Any) -> Step:
    """Writes the new state with what belongs to it; `Overtaken` where the step is no longer as it was read.

    A step that has no row yet is only changed.
    """
    if to not in MOVES[step.state]:
        words = _("A step that is %(now)s cannot become %(next)s.")
        raise Refused(words % {"now": step.get_state_display(), "next": State(to).label})
    changes = {"state": to, **_times(step, to), **values}
    held = {"pk": step.pk, "state": step.state, "attempts": step.attempts}
    if step.pk is not None and not rows.update(Step, changes, **held):
        raise Overtaken(_("The step has moved on meanwhile. Look at it again."))
    for name, value in changes.items():
        setattr(step, name, value)
    return step


def _times(step: Step, to: str) -> dict[str, Any]:
    """When its turn came, when it began, when it was over, and whose it is no longer."""
    now = timezone.now()
    if to in OVER:
        return {
            "finished": now,
            "ready": step.ready or now,
            "started": step.started or now,
            "claimed_until": None,
            "remind_at": None,
            "problem": "",
        }
    if to == State.LATER:
        return {"ready": None, "started": None, "finished": None, "claimed_until": None, "remind_at": None}
    found: dict[str, Any] = {"ready": step.ready or now, "finished": None}
    if to != State.RUNNING:
        found["claimed_until"] = None
    if to in {State.RUNNING, State.WAITING}:
        found["started"] = step.started or now
    if to in {State.STUCK, State.READY}:
        found["remind_at"] = None
    return found
