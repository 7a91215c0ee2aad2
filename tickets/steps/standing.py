"""Where a step's function stands: its ticket, what earlier steps kept, and how it writes at a vendor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from integrations import ledger, outcomes
from integrations.models import ExternalAction
from integrations.outcomes import Outcome
from people.models import User
from tickets.models import Step, Ticket
from tickets.procedures import At, Change, Retry
from tickets.steps.ending import MOST_WRITES, key_of


def at(ticket: Ticket, step: Step, *, by: User | None = None, write: Callable[..., Outcome] | None = None) -> At:
    """`write` is a worker's: who looks or decides in a transaction leaves writing to a later step."""
    return At(ticket=ticket, step=step, by=by, kept=partial(kept, step), write=write or nothing_is_written)


def kept(step: Step, slug: str) -> Mapping[str, Any]:
    """What the step called `slug` kept for later ones of the same run; empty where it kept nothing."""
    found = Step.objects.filter(ticket=step.ticket_id, run=step.run, slug=slug).values_list("data", flat=True).first()
    return dict((found or {}).get("keep", {}))


def newest_done(key: str) -> int:
    """The number of the last write that was done under a key; 0 where there is none."""
    keys = [key_of(key, number) for number in range(1, 2 * MOST_WRITES)]
    done = ExternalAction.objects.filter(key__in=keys, state=ExternalAction.State.DONE)
    return done.aggregate(newest=Max("pk"))["newest"] or 0


def written(step: Step) -> list[ExternalAction]:
    """What the desk itself has written for it, the newest first, however the step ended; not what was so before."""
    keys = [key_of(step.key, number) for number in range(1, 2 * MOST_WRITES)]
    found = ExternalAction.objects.filter(key__in=keys, already=False, state=ExternalAction.State.DONE)
    return list(found.order_by("-pk"))


def nothing_is_written(operation: str, *_given: Any, **_more: Any) -> Outcome:
    raise RuntimeError(operation)


@dataclass(kw_only=True)
class Writing:
    """`at.write` of one try. In shadow it only notes what it would have written.

    The key is the step's; a second write of the same step gets a number. What a vendor refused, or somebody cancelled,
    may be written otherwise the next time: then that row is put aside. So is what was taken back since: `against` is
    the key under which the opposite is written. `since` is when this was asked for.
    """

    since: datetime | None
    about: str
    key: str
    by: User | None = None
    against: str = ""
    shadow: bool = False
    number: int = 0  # of the write before
    refused: bool = False  # the last of them
    changes: list[Change] = field(default_factory=list)

    def __call__(self, operation: str, payload: Mapping[str, Any], *, changes: Sequence[Change] = ()) -> Outcome:
        """What the vendor said: done, already so, or refused. Where it does not answer, the step is tried again."""
        self.changes += changes
        if self.shadow:
            return outcomes.done(words=_("Only shown: this step is in shadow mode."))
        outcome = self._run(operation, payload)
        self.refused = outcome.kind is outcomes.REFUSED
        if outcome.kind in {outcomes.RETRY_LATER, outcomes.UNKNOWN}:
            raise Retry(outcome.words, seconds=outcome.after)
        return outcome

    def _run(self, operation: str, payload: Mapping[str, Any]) -> Outcome:
        for number in range(self.number + 1, self.number + MOST_WRITES):
            key = key_of(self.key, number)
            if self._of_an_earlier_time(ExternalAction.State.CANCELLED, key) or self._undone_since(key):
                continue
            try:
                outcome = self._once(key, operation, payload)
            except ledger.KeyTaken:
                self._put_aside(key)
                continue
            self.number = number
            return outcome
        raise ledger.KeyTaken(self.key)

    def _once(self, key: str, operation: str, payload: Mapping[str, Any]) -> Outcome:
        outcome = ledger.run(key=key, operation=operation, payload=payload, about=self.about, by=self.by)
        if outcome.kind is outcomes.REFUSED and self.by is not None:
            action = self._of_an_earlier_time(ExternalAction.State.REFUSED, key)
            if action is not None:
                ledger.try_again(action, by=self.by)
                return ledger.perform(action.pk)
        return outcome

    def _of_an_earlier_time(self, state: str, key: str) -> ExternalAction | None:
        if self.since is None:
            return None
        return ExternalAction.objects.filter(key=key, state=state, finished__lt=self.since).first()

    def _undone_since(self, key: str) -> bool:
        """It was written, and the opposite after it: that is over, and this is another time."""
        return bool(self._opposite) and ExternalAction.objects.filter(key=key, pk__lt=self._opposite).exists()

    @cached_property
    def _opposite(self) -> int:
        return newest_done(self.against) if self.against else 0

    def _put_aside(self, key: str) -> None:
        """Something else was written under that key: only a refusal may be followed by another try."""
        action = ExternalAction.objects.get(key=key)
        if action.state not in {ExternalAction.State.REFUSED, ExternalAction.State.CANCELLED}:
            raise ledger.KeyTaken(key)
