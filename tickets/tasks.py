"""What workers do for procedures. Ids only; every task may run twice, late or on another machine."""

from __future__ import annotations

from time import monotonic
from typing import Final

from celery import shared_task

from integrations import shared
from tickets import paper_reading, steps
from tickets.actions.conversation import READ_PAPERS
from tickets.steps import sweeping, undoing
from tickets.steps.progress import WORK
from web import nudging

PATIENCE: Final = 60.0  # seconds; below the time limit of a task
WOKEN: Final = 60.0  # seconds in which a nudge is trusted to arrive


@shared_task
def work_steps(ticket: int) -> None:
    steps.work_on(ticket)


@shared_task
def work_waiting() -> None:
    """Whatever a burst has left, one ticket after the other; a second hand begins at its end."""
    until = monotonic() + PATIENCE
    due = sweeping.ready_tickets()
    if len(due) > 1:
        nudging.send(WORK, due[-1])
    for ticket in due:
        if monotonic() > until:
            return
        steps.work_on(ticket)


@shared_task
def read_papers(ticket: int) -> None:
    """What the partner sent with it; a big pile is read in several turns."""
    if not paper_reading.read_for(ticket, until=monotonic() + PATIENCE):
        nudging.send(READ_PAPERS, ticket, seconds=1)


@shared_task
def read_unread_papers() -> None:
    """Whatever a burst, a broken nudge or a worker that died has left, the oldest ticket first."""
    until = monotonic() + PATIENCE
    for ticket in paper_reading.unread_tickets():
        if monotonic() > until:
            return
        paper_reading.read_for(ticket, until=until, only_news=True)
    for ticket in paper_reading.untold_tickets():
        if monotonic() > until:
            return
        paper_reading.read_for(ticket, until=until)


@shared_task
def undo_step(pk: int) -> None:
    undoing.work_undo(pk)


@shared_task
def sweep_steps() -> None:
    """Finds every step that no nudge reached or whose worker died, and wakes somebody for it."""
    sweeping.take_back_lost()
    for ticket in sweeping.ready_tickets():
        if shared.claim(f"tickets.steps.woken.{ticket}", seconds=WOKEN) is not False:
            nudging.send(WORK, ticket)
    for pk in undoing.waiting_undos():
        nudging.send(undoing.TASK, pk)


@shared_task
def look_again() -> None:
    sweeping.look_again()


@shared_task
def remind() -> None:
    sweeping.remind()
