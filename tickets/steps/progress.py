"""The way through a procedure: laying its steps, giving the turn to the next, looking at what waits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import DESK
from people.models import User
from tickets import hooks, prepared, procedures
from tickets.actions.core import locked
from tickets.models import Step, Ticket
from tickets.models.ticket import ENDED, NO_REQUEST
from tickets.procedures import At, Done, Finish, Plan, Procedure, Waiting
from tickets.steps import moves, settling
from tickets.steps.ending import end
from tickets.steps.moves import OPEN, State
from tickets.steps.reading import open_of, plan_of
from tickets.steps.settling import Said, Skip
from tickets.steps.standing import at
from web import nudging, rows

WORK: Final = "tickets.tasks.work_steps"
WORK_ALL: Final = "tickets.tasks.work_waiting"


def begin(ticket: Ticket) -> None:
    """The procedure of the ticket's kind, from its first step; what was open of another one is skipped.

    Nothing begins for spam: its procedure begins when it turns out to be none.
    """
    with locked(ticket) as row:
        end(row, why=_("It is another type of request now."))
        run = Step.objects.filter(ticket=row).aggregate(last=Max("run"))["last"] or 0
        if row.status not in NO_REQUEST:
            lay(row, run=run + 1)
        _same_version(ticket, row)


def lay(ticket: Ticket, *, run: int) -> None:
    """The caller holds the ticket, or has just made it. The first step has its turn before the rows are written."""
    procedure = procedures.procedure_for(ticket)
    if procedure is None or not procedure.steps:
        return
    made = _rows(ticket, procedure, run=run)
    over = _turn(ticket, made[0], made[1:], quiet=False)
    rows.insert_all(made)
    if over:
        go_on(ticket, made[1:])


def heard(ticket: Ticket, what: str) -> None:
    """Something happened in the caller's transaction: the step that waits for it is looked at, and those behind it.

    A ticket without a step that hears this costs one statement.
    """
    if not any(_listens(step, what) for step in open_of(ticket.pk)):
        return
    with locked(ticket) as row:
        found = open_of(row.pk)
        if found and _listens(found[0], what):
            look(row, found)
        _same_version(ticket, row)


def look(ticket: Ticket, steps: Sequence[Step], *, by: User | None = None, quiet: bool = False) -> None:
    """Asks the step that has the turn whether the world has answered; the caller holds the ticket."""
    step, plan = steps[0], plan_of(steps[0])
    if plan is None or plan.look is None or step.state not in {State.WAITING, State.STUCK}:
        return
    if _looked(ticket, step, plan, steps[1:], by=by, quiet=quiet):
        go_on(ticket, steps[1:], quiet=quiet)


def go_on(
    ticket: Ticket, steps: Sequence[Step], *, work: bool = False, quiet: bool = False, by: User | None = None
) -> Step | None:
    """Gives the turn to the next steps until one has to be waited for; with `work` the caller does it, if a worker can.

    A step that is done in passing, because the world was quicker, is told like any other. `by` wants the first of them.
    """
    for place, step in enumerate(steps):
        wanted = by if place == 0 else None
        if not _turn(ticket, step, steps[place + 1 :], quiet=quiet, work=work, by=wanted):
            return step if work and step.state == State.LATER else None
    return None


def _turn(
    ticket: Ticket, step: Step, rest: Sequence[Step], *, quiet: bool, work: bool = False, by: User | None = None
) -> bool:
    """The step has the turn; True when the next one has it already. What a caller will work on stays as it is."""
    plan = plan_of(step)
    if plan is None:
        return settling.settle(ticket, step, procedures.Stuck(gone()))
    said = unneeded(plan, at(ticket, step, by=by), inside=True)
    if said is not None:
        return settling.settle(ticket, step, said, quiet=quiet)
    if step.type != Step.Type.AUTOMATIC:
        return _looked(ticket, step, plan, rest, quiet=quiet, by=by)
    if not work:
        now = timezone.now()
        moves.move(step, State.READY, next_try=now, ready=now)
        nudging.nudge(WORK, ticket.pk, all_of=WORK_ALL)
    return False


def unneeded(plan: Plan, there: At, *, inside: bool) -> Said | Skip | None:
    """Why the step is not needed, or what is wrong with asking; nothing where it is."""
    if plan.only_if is None:
        return None
    reasons: list[str] = []
    said = settling.ask(there.step, partial(_ask_only_if, plan, there, reasons), inside=inside)
    if not isinstance(said, Done):
        return said
    return Skip(why=reasons[0]) if reasons[0] else None


def finish(rest: Sequence[Step], said: object) -> None:
    """Answered early: the rest is skipped for what was said."""
    for step in rest:
        moves.move(step, State.SKIPPED, why=str(said))


def _opened(ticket: Ticket) -> None:
    lay(ticket, run=1)


def _hears(ticket: Ticket, what: str) -> None:
    """As `heard`; the verb that says so holds the ticket, and has written its event."""
    found = open_of(ticket.pk)
    if not found:
        _open_again(ticket, what)
    elif _listens(found[0], what):
        look(ticket, found, quiet=True)
    if ticket.status in ENDED and what in {"replied", "status"}:
        prepared.withdraw_in(ticket, why=_("The ticket is resolved."), by=DESK)


def _open_again(ticket: Ticket, what: str) -> None:
    """What ended with something awaited waits for it again where it no longer holds: the ticket is open again."""
    procedure = procedures.procedure_for(ticket)
    if procedure is None or not procedure.steps:
        return
    plan = procedure.steps[-1]
    if plan.how != Step.Type.AWAITED or plan.look is None or what not in plan.hears:
        return
    last = Step.objects.filter(ticket=ticket.pk).order_by("-run", "-position").first()
    if last is None or (last.procedure, last.slug, last.state) != (procedure.slug, plan.slug, State.DONE):
        return
    said = settling.ask(last, partial(plan.look, at(ticket, last)), inside=True)
    if isinstance(said, Waiting):
        rows.update(Step, {"by": None, "by_hand": False, "why": ""}, pk=last.pk)
        last.ready, last.started = None, None
        settling.wait(last, said)


def _ends(ticket: Ticket, why: str) -> None:
    end(ticket, why=why)


LENT: Final = hooks.Procedures(opened=_opened, begin=begin, heard=_hears, end=_ends)


def _rows(ticket: Ticket, procedure: Procedure, *, run: int) -> list[Step]:
    return [
        Step(
            ticket=ticket,
            run=run,
            procedure=procedure.slug,
            position=position,
            slug=plan.slug,
            title=str(plan.title)[:200],
            type=plan.how,
            key=f"{ticket.reference}.{run}.{plan.slug}",
        )
        for position, plan in enumerate(procedure.steps, start=1)
    ]


def _listens(step: Step, what: str) -> bool:
    plan = plan_of(step)
    return plan is not None and plan.look is not None and what in plan.hears and step.state in OPEN


def _looked(
    ticket: Ticket, step: Step, plan: Plan, rest: Sequence[Step], *, quiet: bool, by: User | None = None
) -> bool:
    """True when the next one has the turn."""
    if plan.look is None:
        said: Said = Waiting(for_whom=Step.WaitsFor.DESK)
    else:
        said = settling.ask(step, partial(plan.look, at(ticket, step, by=by)), inside=True)
    over = settling.settle(ticket, step, said, quiet=quiet)
    if isinstance(said, Finish):
        finish(rest, said)
        return False
    return over


def _ask_only_if(plan: Plan, there: At, reasons: list[str]) -> Done:
    assert plan.only_if is not None
    reasons.append(str(plan.only_if(there) or ""))
    return Done()


def gone() -> str:
    return _("The procedure no longer has this step. Do it by hand and say so, or skip it.")


def _same_version(ticket: Ticket, row: Ticket) -> None:
    ticket.last_event, ticket.updated = row.last_event, row.updated
