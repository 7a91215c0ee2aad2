"""What a step's function said, written down: done, finished early, to be tried again, stuck, or waiting."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations import outcomes, policy
from integrations.errors import VendorError
from journal.record import DESK, Actor
from tickets.actions.core import Refused
from tickets.models import Step, Ticket
from tickets.procedures import Change, Done, Finish, Retry, Stuck, Waiting
from tickets.steps import evidence, moves
from tickets.steps.moves import State
from tickets.steps.telling import tell
from web.savepoints import savepoint

log = logging.getLogger(__name__)
LOOK_AGAIN: Final = timedelta(hours=6)
LONGEST: Final = 900.0
NUDGED: Final = "tickets.tasks.work_steps"

Said = Done | Waiting | Finish | Retry | Stuck


@dataclass(frozen=True, kw_only=True)
class Skip:
    """It is not needed, for that reason."""

    why: str


def ask(step: Step, function: Callable[[], Done | Waiting], *, inside: bool = False) -> Said:
    """What the function said or raised; a fault of ours becomes a sentence for a person, one of the base goes on.

    `inside` somebody's transaction a fault must not spoil what they do. An early answer is none: what it wrote stays.
    """
    try:
        with savepoint() if inside else nullcontext():
            try:
                return function()
            except Finish as finish:
                return finish
    except (Retry, Stuck) as said:
        return said
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:  # noqa: BLE001 - it is logged where nobody has words for it
        return _meaning(step, problem)


def settle(
    ticket: Ticket,
    step: Step,
    said: Said | Skip,
    *,
    by: Actor = DESK,
    verb: str = "step done",
    changes: Sequence[Change] = (),
    shadow: bool = False,
    quiet: bool = False,
) -> bool:
    """Moves the step and tells it; True when the next one has the turn.

    `quiet` where the event of what was heard says it already: a reply is told once, not as an answered step again.
    """
    match said:
        case Skip():
            moves.move(step, State.SKIPPED, why=said.why)
            _tell(ticket, step, "step skipped", by=by, why=said.why, quiet=quiet)
        case Done() | Finish():
            _done(step, said, by=by, changes=changes, shadow=shadow)
            _tell(ticket, step, verb, by=by, more=_of_done(step, said), quiet=quiet)
        case Stuck():
            _stuck(ticket, step, said, changes=changes)
        case Retry():
            _again(step, said)
        case Waiting():
            wait(step, said)
    return step.state in moves.OVER


def wait(step: Step, said: Waiting) -> None:
    """It waits, or waits still; a reminder that was given is not given again for the same moment."""
    now = timezone.now()
    remind = said.remind
    if step.reminded and (remind is None or remind <= step.reminded):
        remind = step.remind_at
    values = {
        "waits_for": said.for_whom,
        "note": evidence.note(said.note),
        "data": evidence.data(facts=said.facts, link=said.link, keep=step.data.get("keep")),
        "due": said.due,
        "remind_at": remind,
        "problem": "",
    }
    same = step.state == State.WAITING and all(getattr(step, name) == value for name, value in values.items())
    if not same or step.next_try <= now:
        moves.move(step, State.WAITING, next_try=_next_look(now, said), **values)


def _done(step: Step, said: Done | Finish, *, by: Actor, changes: Sequence[Change], shadow: bool) -> None:
    values: dict[str, Any] = {"note": evidence.note(said), "data": evidence.data(facts=said.facts, changes=changes)}
    if isinstance(said, Done):
        shown = said.changes or changes
        values["note"] = evidence.note(said.note)
        values["data"] = evidence.data(
            facts=said.facts, changes=shown, link=said.link, picture=said.picture, keep=said.keep
        )
    if by.user is not None:
        values["by"] = by.user
    moves.move(step, State.DONE, shadow=shadow, waits_for="", **values)


def _of_done(step: Step, said: Done | Finish) -> dict[str, Any]:
    ended = {"finished": True} if isinstance(said, Finish) else {}
    return {"note": step.note, **ended, **({"shadow": True} if step.shadow else {})}


def _stuck(ticket: Ticket, step: Step, said: Stuck, *, changes: Sequence[Change]) -> None:
    """Told once for each sentence, however often it is met."""
    known = step.state == State.STUCK and step.problem == str(said)
    whole = evidence.data(facts=said.facts, changes=changes, keep=said.keep)
    moves.move(step, State.STUCK, problem=str(said), data=whole)
    if not known:
        tell(ticket, step, "step stuck", by=DESK, why=str(said))


def _tell(
    ticket: Ticket,
    step: Step,
    verb: str,
    *,
    by: Actor,
    quiet: bool,
    why: str = "",
    more: Mapping[str, Any] | None = None,
) -> None:
    if not quiet:
        tell(ticket, step, verb, by=by, why=why, more=more)


def _next_look(now: datetime, said: Waiting) -> datetime:
    """In some hours, or when the moment has come that it waits for."""
    usual = now + LOOK_AGAIN * random.uniform(0.8, 1.2)  # noqa: S311 - spread, no secret
    return min(usual, said.due) if said.due and said.due > now else usual


def _again(step: Step, said: Retry) -> None:
    """A worker's step gets ready for another try; what only looked waits for a moment."""
    seconds = said.seconds if said.seconds is not None else min(policy.slow(max(1, step.attempts)), LONGEST)
    later = timezone.now() + timedelta(seconds=seconds)
    if step.type == Step.Type.AUTOMATIC:
        moves.move(step, State.READY, next_try=later, problem=str(said))
    else:
        whom = step.waits_for or Step.WaitsFor.DESK
        moves.move(step, State.WAITING, next_try=later, problem=str(said), waits_for=whom)


def _meaning(step: Step, problem: Exception) -> Retry | Stuck:
    match problem:
        case VendorError():
            return _of_vendor(problem, attempts=step.attempts)
        case SoftTimeLimitExceeded():
            return Retry(_("It took too long."))
        case Refused():
            return Stuck(str(problem))
        case OSError():
            return Retry(_("The file store does not answer."))
    log.error("step %s failed", step.key, exc_info=problem)
    words = _("The desk could not do this (%(problem)s). Try again, or do it by hand and say so.")
    return Stuck(words % {"problem": type(problem).__name__})


def _of_vendor(problem: VendorError, *, attempts: int) -> Retry | Stuck:
    outcome = policy.outcome_of(problem, attempts=max(1, attempts), doubts=0)
    if outcome.kind is outcomes.REFUSED:
        return Stuck(outcome.words)
    return Retry(outcome.words, seconds=outcome.after)
