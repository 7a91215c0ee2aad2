"""The one writer of a row's state: what became of it, with an event and the callbacks in the same transaction."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations import outcomes, policy
from integrations.errors import BREAKER_OPEN, VendorError
from integrations.models import ErrorClass, ExternalAction
from integrations.outcomes import Outcome
from journal.record import DESK, Actor, actor_of, record
from web import nudging

log = logging.getLogger(__name__)

State = ExternalAction.State
Finished = Callable[[ExternalAction], None]
TASK: Final = "integrations.tasks.perform"
BATCH: Final = 500

_callbacks: list[Finished] = []


def on_finished(callback: Finished) -> None:
    """`callback(action)` in the transaction in which a row is done, refused or cancelled; one that fails is logged."""
    if callback not in _callbacks:
        _callbacks.append(callback)


def settle(action: ExternalAction, outcome: Outcome, *, kind: str = "") -> Outcome:
    """Writes the outcome if the claim is still ours; else whoever has the row now decides."""
    values: dict[str, Any] = {
        "attempts": action.attempts,
        "doubts": action.doubts + (kind == ErrorClass.AMBIGUOUS),
        "claimed_until": None,
        "error_class": kind if not outcome.worked else "",
        "error_code": outcome.code[:80],
        "last_error": "" if outcome.worked else outcome.words,
        "result": dict(outcome.data),
    }
    if outcome.kind in {outcomes.RETRY_LATER, outcomes.UNKNOWN}:
        _write(action, {**values, **_waiting(outcome.after)})
        nudging.nudge(TASK, action.pk, seconds=outcome.after + 0.05)
        return outcome
    state = State.DONE if outcome.worked else State.REFUSED
    already = outcome.kind is outcomes.ALREADY
    values |= {"state": state, "already": already, "vendor_ref": outcome.ref[:120], "finished": timezone.now()}
    with transaction.atomic():
        if _write(action, values):
            _tell(action, f"{action.vendor} {state}", by=_asker(action), why=outcome.words)
    return outcome


def postpone(action: ExternalAction, problem: VendorError) -> Outcome:
    """Nobody has claimed it and nobody will for a while; the row says why."""
    values = {"error_class": problem.kind, "error_code": problem.code, "last_error": problem.words}
    after = problem.retry_after or 0.0
    free = ExternalAction.objects.filter(pk=action.pk, state=State.WAITING, next_try__lte=Now())
    free.update(**values, **_waiting(after))
    return outcomes.retry_later(after, problem.words, problem.code)


def give_back(action: ExternalAction) -> None:
    """The database is away: where it answers again, it was no attempt and nobody's any more."""
    with contextlib.suppress(DatabaseError, InterfaceError):
        _write(action, {"attempts": max(0, action.attempts - 1), "claimed_until": None, **_waiting(0)})


def reopen(row: ExternalAction) -> None:
    """From the beginning, at once; the caller holds the row. That it may be done already is not forgotten."""
    values: dict[str, Any] = {"attempts": 0, "finished": None, "error_class": "", "error_code": "", "last_error": ""}
    values["doubts"] = min(row.doubts, 1)
    ExternalAction.objects.filter(pk=row.pk).update(**values, **_waiting(0))


def cancel(row: ExternalAction, *, by: Actor, why: str) -> None:
    """The caller holds the row, in a transaction."""
    ExternalAction.objects.filter(pk=row.pk).update(state=State.CANCELLED, finished=Now())
    row.state = State.CANCELLED
    _tell(row, f"{row.vendor} cancelled", by=by, why=why)


def take_back_lost() -> int:
    """Rows whose worker died: perhaps it was done, so they are looked at again."""
    lost = ExternalAction.objects.filter(state=State.RUNNING, claimed_until__lt=Now())
    words = _("The worker that did this was lost.")
    taken = list(lost[:BATCH])
    for action in taken:
        outcome = policy.unknown(words, doubts=action.doubts, code="WORKER_LOST")
        settle(action, outcome, kind=ErrorClass.AMBIGUOUS)
    return len(taken)


def due() -> list[tuple[int, datetime]]:
    """Which, and since when."""
    waiting = ExternalAction.objects.filter(state=State.WAITING, next_try__lte=Now())
    return list(waiting.order_by("next_try").values_list("pk", "next_try")[:BATCH])


def bring_forward(vendor: str) -> None:
    """It answers again: what waited for that is due now."""
    kinds = [ErrorClass.BUSY, ErrorClass.LIMIT, ErrorClass.AUTH]
    waiting = ExternalAction.objects.filter(Q(error_class__in=kinds) | Q(error_code=BREAKER_OPEN), vendor=vendor)
    waiting.filter(state=State.WAITING, next_try__gt=Now()).update(next_try=Now())


def _write(action: ExternalAction, values: dict[str, Any]) -> bool:
    ours = ExternalAction.objects.filter(pk=action.pk, state=State.RUNNING, claimed_until=action.claimed_until)
    if not ours.update(**values):
        log.warning("action %s was taken over by another worker", action.pk)
        return False
    for name, value in values.items():
        if name != "next_try":
            setattr(action, name, value)
    return True


def _waiting(after: float) -> dict[str, Any]:
    return {"state": State.WAITING, "next_try": Now() + timedelta(seconds=after)}


def _tell(action: ExternalAction, verb: str, *, by: Actor, why: str) -> None:
    after = {
        "operation": action.operation,
        "about": action.about,
        "ref": action.vendor_ref,
        "already": action.already,
    }
    record(action, verb, by=by, after=after, why=why)
    for callback in _callbacks:
        try:
            with transaction.atomic():
                callback(action)
        except Exception:
            log.exception("a callback failed for action %s", action.pk)


def _asker(action: ExternalAction) -> Actor:
    return actor_of(action.requested_by) if action.requested_by else DESK
