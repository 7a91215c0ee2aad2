"""Where a step's function stands: its ticket, what earlier steps kept, and how it writes at a vendor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

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


def nothing_is_written(operation: str, *_given: Any, **_more: Any) -> Outcome:
    raise RuntimeError(operation)


@dataclass(kw_only=True)
class Writing:
    """`at.write` of one try. In shadow it only notes what it would have written.

    The key is the step's; a second write of the same step gets a number. What a vendor refused, or somebody cancelled,
    may be written otherwise the next time: then that row is put aside. `since` is when this was asked for.
    """

    since: datetime | None
    about: str
    key: str
    by: User | None = None
    shadow: bool = False
    written: int = 0
    refused: bool = False  # the last of them
    changes: list[Change] = field(default_factory=list)

    def __call__(self, operation: str, payload: Mapping[str, Any], *, changes: Sequence[Change] = ()) -> Outcome:
        """What the vendor said: done, already so, or refused. Where it does not answer, the step is tried again."""
        self.changes += changes
        self.written += 1
        if self.shadow:
            return outcomes.done(words=_("Only shown: this step is in shadow mode."))
        outcome = self._run(operation, payload)
        self.refused = outcome.kind is outcomes.REFUSED
        if outcome.kind in {outcomes.RETRY_LATER, outcomes.UNKNOWN}:
            raise Retry(outcome.words, seconds=outcome.after)
        return outcome

    def _run(self, operation: str, payload: Mapping[str, Any]) -> Outcome:
        for number in range(self.written, self.written + MOST_WRITES):
            key = key_of(self.key, number)
            if self._of_an_earlier_time(ExternalAction.State.CANCELLED, key):
                continue
            try:
                return self._once(key, operation, payload)
            except ledger.KeyTaken:
                self._put_aside(key)
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

    def _put_aside(self, key: str) -> None:
        """Something else was written under that key: only a refusal may be followed by another try."""
        action = ExternalAction.objects.get(key=key)
        if action.state not in {ExternalAction.State.REFUSED, ExternalAction.State.CANCELLED}:
            raise ledger.KeyTaken(key)
