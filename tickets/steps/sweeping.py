"""What no nudge reached: steps that are ready, claims of dead workers, things to look at, people to remind."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from django.db import InterfaceError, OperationalError
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import DESK
from people import calendar
from people.calendar import Target
from tickets.actions.core import Refused, locked
from tickets.models import Step, Ticket
from tickets.procedures import Stuck
from tickets.steps import moves, notices, progress, settling
from tickets.steps.moves import State
from tickets.steps.reading import open_of
from tickets.steps.telling import tell
from web import rows

log = logging.getLogger(__name__)
BATCH: Final = 500
MOST_LOST: Final = 5  # so often a step may take its worker with it
A_DAY: Final = Target(days=1)


def ready_tickets() -> list[int]:
    """Tickets with a step that a worker can do, the longest waiting first."""
    found = Step.objects.filter(state=State.READY, type=Step.Type.AUTOMATIC, next_try__lte=Now())
    return list(dict.fromkeys(found.order_by("next_try").values_list("ticket", flat=True)[:BATCH]))


def take_back_lost() -> int:
    """Steps whose worker died: perhaps the work was done, so the step looks before it does it again."""
    lost = Step.objects.filter(state=State.RUNNING, claimed_until__lt=Now()).select_related("ticket")
    return _each(lost[:BATCH], _take_back)


def look_again() -> int:
    """Steps that have waited for hours: perhaps what they wait for came and nobody said so."""
    due = Step.objects.filter(state=State.WAITING, next_try__lte=Now()).select_related("ticket")
    return _each(due.order_by("next_try")[:BATCH], _look_at)


def remind() -> int:
    """Once for each moment a reminder was promised for, and then once a working day for as long as it waits."""
    due = Step.objects.filter(state=State.WAITING, remind_at__lte=Now()).select_related("ticket")
    return _each(due.order_by("remind_at")[:BATCH], _remind)


def _each(found: Iterable[Step], work: Callable[[Step], None]) -> int:
    """One that fails does not keep those behind it waiting; how many were worked."""
    worked = 0
    for step in found:
        try:
            work(step)
            worked += 1
        except Refused:
            log.info("step %s has moved on meanwhile", step.key)
        except (OperationalError, InterfaceError):
            raise  # the base is away: the next time finds them all
        except Exception:
            log.exception("step %s could not be looked at", step.key)
    return worked


def _look_at(step: Step) -> None:
    with locked(step.ticket) as ticket:
        _look(ticket, step.pk)


def _remind(step: Step) -> None:
    """Only where the step still waits after it has been looked at."""
    with locked(step.ticket) as ticket:
        _look(ticket, step.pk)
        row = Step.objects.select_related("holder").get(pk=step.pk)
        now = timezone.now()
        if row.state != State.WAITING or row.remind_at is None or row.remind_at > now:
            return
        following = calendar.add(now, A_DAY, calendar.hours_of(ticket.region))
        reminded = {"reminded": now, "reminders": row.reminders + 1, "remind_at": following}
        rows.update(Step, reminded, pk=row.pk)
        told = notices.remind(ticket, row)
        whom = [str(one) for one in notices.reminded_of(ticket, row)] if told else []
        tell(ticket, row, "reminded", by=DESK, more={"reminded": whom, "times": row.reminders + 1})


def _look(ticket: Ticket, pk: int) -> None:
    found = open_of(ticket.pk)
    if not found or found[0].pk != pk or found[0].state != State.WAITING:
        return
    progress.look(ticket, found)
    if found[0].state == State.WAITING and found[0].next_try <= timezone.now():
        rows.update(Step, {"next_try": timezone.now() + settling.LOOK_AGAIN}, pk=pk)


def _take_back(step: Step) -> None:
    with locked(step.ticket) as ticket:
        row = Step.objects.get(pk=step.pk)
        if row.state != State.RUNNING or row.attempts != step.attempts:
            return
        log.warning("the worker of step %s was lost", row.key)
        if row.attempts >= MOST_LOST:
            words = _("It was begun %(count)d times and its worker was lost each time. Do it by hand and say so.")
            settling.settle(ticket, row, Stuck(words % {"count": row.attempts}), by=DESK)
            return
        words = _("The worker that did this was lost. It begins again.")
        moves.move(row, State.READY, problem=words, next_try=timezone.now() - timedelta(seconds=1))
