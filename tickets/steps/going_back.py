"""Beginning again at an earlier step, as long as nothing stands that was written or decided since."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import User
from tickets import prepared
from tickets.actions.core import Refused, locked
from tickets.models import Step, Ticket
from tickets.models.ticket import NO_REQUEST
from tickets.steps import ending, moves, progress
from tickets.steps.moves import OVER, State
from tickets.steps.reading import of, open_of, plan_of
from tickets.steps.standing import newest_done
from tickets.steps.telling import actor, tell
from tickets.steps.undoing import key_of_undo
from web import nudging, rows


def go_back(ticket: Ticket, slug: str, *, by: User | None, why: str) -> Step:
    """An automatic step is done again, and what followed it; refused once a write or a decision came after."""
    reason = why.strip()
    if not reason:
        raise Refused(_("Say why it is done again."))
    with locked(ticket) as row:
        if row.status in NO_REQUEST:
            raise Refused(_("The ticket is %(state)s: nothing is done for it.") % {"state": row.get_status_display()})
        steps = of(row)
        at = next((place for place, one in enumerate(steps) if one.slug == slug), None)
        if at is None or steps[at].type != Step.Type.AUTOMATIC or steps[at].state not in OVER:
            raise Refused(_("Only an automatic step that is over can be done again."))
        _nothing_lasting(steps[at:])
        _nothing_is_written(steps[at:], by=by, why=reason)
        for step in steps[at + 1 :]:
            if step.state != State.LATER:
                moves.move(step, State.LATER)
            rows.update(Step, _FRESH, pk=step.pk)
        now = timezone.now()
        _forget_prepared(row, steps[at:], by=by, why=reason)
        step = moves.move(steps[at], State.READY, next_try=now, ready=now, started=None, **(_FRESH | {"by": by}))
        tell(row, step, "went back", by=actor(by), why=reason)
        nudging.nudge(progress.WORK, row.pk)
        ticket.last_event, ticket.updated = row.last_event, row.updated
        return step


def decide_anew(ticket: Ticket, slug: str, *, by: User, why: str) -> Step:
    """A decision of which nothing came is asked for again, and what followed it; refused once something was written."""
    with locked(ticket) as row:
        steps = of(row)
        at = next((place for place, one in enumerate(steps) if one.slug == slug), None)
        if at is None or steps[at].type != Step.Type.CONFIRMED or steps[at].state not in OVER:
            raise Refused(_("Only a decision that was taken can be taken anew."))
        _nothing_lasting(steps[at + 1 :])
        _nothing_is_written(steps[at:], by=by, why=why.strip())
        for step in steps[at:]:
            if step.state != State.LATER:
                moves.move(step, State.LATER)
            rows.update(Step, _FRESH, pk=step.pk)
        _forget_prepared(row, steps[at:], by=by, why=why.strip())
        again = open_of(row.pk)
        tell(row, again[0], "went back", by=actor(by), why=why.strip())
        progress.go_on(row, again, by=by)
        ticket.last_event, ticket.updated = row.last_event, row.updated
        return again[0]


def may_go_back(ticket: Ticket, step: Step, steps: Sequence[Step]) -> bool:
    """False where that would be refused; `steps` are those of its run, in their order."""
    anew = may_be_anew(step)
    if ticket.status in NO_REQUEST or step.state not in OVER or not (anew or step.type == Step.Type.AUTOMATIC):
        return False
    rest = steps[steps.index(step) + anew :]
    return not any(one.state == State.RUNNING for one in rest) and not _lasting(rest)


def may_be_anew(step: Step) -> bool:
    """A decision of the desk's that its procedure lets one take once more, without more ado."""
    plan = plan_of(step)
    return plan is not None and plan.anew and step.type == Step.Type.CONFIRMED


_FRESH: dict[str, object] = {
    "note": "", "data": {}, "problem": "", "waits_for": "", "due": None, "reminded": None, "reminders": 0, "why": "",
    "attempts": 0, "by": None, "by_hand": False, "shadow": False, "agreed": None, "undo_asked": None, "undone": None,
}  # fmt: skip


def _nothing_lasting(steps: Sequence[Step]) -> None:
    if any(step.state == State.RUNNING for step in steps):
        raise Refused(_("A worker is at it this moment. Look again in a few seconds."))
    for step in _lasting(steps):
        words = _("“%(title)s” has been done since and stays so. What came before it is not done again.")
        raise Refused(words % {"title": step.title})


def _lasting(steps: Sequence[Step]) -> list[Step]:
    """Writes that stand, what was done by hand, and decisions; not those of which all that came was taken back."""
    taken_back = max((step.position for step in steps if step.undone is not None), default=0)
    done = [step for step in steps if step.state == State.DONE and step.undone is None]
    return [step for step in done if step.by_hand or _is_written(step) or _is_decided(step, taken_back=taken_back)]


def _nothing_is_written(steps: Sequence[Step], *, by: User | None, why: str) -> None:
    """What still waits to be written for them is withdrawn; what was taken back stands no more."""
    late = ending.withdraw(steps, by=actor(by), why=why, found_so=True)
    newest = {step.key: newest_done(key_of_undo(step)) for step in steps} if late else {}
    if any(action.pk > newest.get(key, 0) for action in late for key in _keys_of(action.key) if key in newest):
        raise Refused(_("Something was written at a vendor since, or is at this moment. It is not done again."))


def _keys_of(key: str) -> tuple[str, str]:
    """Of the step it was written for: a second write has a number behind it."""
    return key, key.rpartition(".")[0]


def _forget_prepared(row: Ticket, steps: Sequence[Step], *, by: User | None, why: str) -> None:
    prepared.forget_in(row, [step.key for step in steps], why=why, by=actor(by))


def _is_written(step: Step) -> bool:
    plan = plan_of(step)
    return plan is not None and plan.writes and not step.shadow


def _is_decided(step: Step, *, taken_back: int) -> bool:
    """By a person: where the world has said it, and a person may say it anew, it is said again."""
    if step.type != Step.Type.CONFIRMED or step.position <= taken_back:
        return False
    return step.by_id is not None or not may_be_anew(step)
