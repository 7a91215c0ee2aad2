"""Writes at the vendors: the row first, then the work, and every effect at most once (vendors.md §6).

A row's `key` is unique, its worker holds it by a lease, and each operation looks at the vendor before it writes. So a
nudge may be lost, a task run twice and an answer go missing: the row is done once, or it waits and says for what, or it
is refused in the vendor's words and a person decides. `integrations.settling` is the only writer of its state.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from integrations import settling
from integrations.models import ExternalAction, Vendor
from integrations.outcomes import Outcome
from integrations.performing import perform
from integrations.registry import operation
from integrations.settling import Finished, on_finished
from journal.record import Actor, actor_of, record
from people.models import User
from web import nudging

__all__ = [
    "Finished",
    "cancel",
    "not_again",
    "on_finished",
    "operation",
    "perform",
    "queue",
    "run",
    "try_again",
    "withdraw",
]

TASK: Final = "integrations.tasks.perform"


Veto = Callable[[ExternalAction], bool]
_vetoes: list[Veto] = []


class KeyTaken(Exception):  # noqa: N818 - a mistake of the caller's
    """The same key was used before to write something else."""


def queue(
    *, key: str, operation: str, payload: Mapping[str, Any], about: str = "", by: User | None = None
) -> ExternalAction:
    """The row, in the caller's transaction, and a worker woken after the commit. The same key again is the same row."""
    action = _keep(key=key, operation=operation, payload=payload, about=about, by=by)
    if action.state == ExternalAction.State.WAITING:
        nudging.nudge(TASK, action.pk)
    return action


def run(*, key: str, operation: str, payload: Mapping[str, Any], about: str = "", by: User | None = None) -> Outcome:
    """The row, committed, then the work in this process, which is a worker's; what is left is done by the sweep."""
    with transaction.atomic(durable=True):
        action = _keep(key=key, operation=operation, payload=payload, about=about, by=by)
    return perform(action.pk)


def try_again(action: ExternalAction, *, by: User) -> ExternalAction:
    """Somebody has put right what was in the way, or does not want to wait."""
    with transaction.atomic():
        row = ExternalAction.objects.select_for_update().get(pk=action.pk)
        ended = row.state == ExternalAction.State.REFUSED and any(veto(row) for veto in _vetoes)
        if row.state in {ExternalAction.State.WAITING, ExternalAction.State.REFUSED} and not ended:
            settling.reopen(row)
            record(row, "asked for again", by=actor_of(by), before={"error": row.last_error})
            nudging.nudge(TASK, row.pk)
    row.refresh_from_db()
    return row


def not_again(veto: Veto) -> None:
    """`veto(action)` says whether a refused row has gone another way and is not sent from here any more."""
    if veto not in _vetoes:
        _vetoes.append(veto)


def cancel(action: ExternalAction, *, by: User, why: str) -> ExternalAction:
    """It is not wanted any more; what a worker has in hand is not taken from it."""
    with transaction.atomic():
        row = ExternalAction.objects.select_for_update().get(pk=action.pk)
        if row.state in {ExternalAction.State.WAITING, ExternalAction.State.REFUSED}:
            settling.cancel(row, by=actor_of(by), why=why)
    row.refresh_from_db()
    return row


def withdraw(keys: Collection[str], *, by: Actor, why: str, found_so: bool = False) -> list[ExternalAction]:
    """What waits under these keys, or was refused, is not written any more; the rows for which it is too late.

    With `found_so` those too for which nothing had to be written: the next time it is looked at anew.
    A row that somebody is just settling is too late as well and not waited for: the caller may hold what that needs.
    """
    named = ExternalAction.objects.filter(key__in=keys)
    with transaction.atomic():
        untouched = Q(state__in=[ExternalAction.State.WAITING, ExternalAction.State.REFUSED])
        free = named.filter(untouched | Q(already=True, state=ExternalAction.State.DONE) if found_so else untouched)
        for row in free.select_for_update(skip_locked=True):
            settling.cancel(row, by=by, why=why)
    return list(named.exclude(state=ExternalAction.State.CANCELLED))


def _keep(*, key: str, operation: str, payload: Mapping[str, Any], about: str, by: User | None) -> ExternalAction:
    digest = hashlib.sha256(json.dumps([operation, payload], sort_keys=True).encode()).hexdigest()
    row = ExternalAction(
        key=key,
        vendor=Vendor(operation.partition(".")[0]),
        operation=operation,
        payload=dict(payload),
        payload_hash=digest,
        about=about[:160],
        requested_by=by,
        next_try=Now(),  # by the database's clock
    )
    ExternalAction.objects.bulk_create([row], ignore_conflicts=True)
    kept = ExternalAction.objects.get(key=key)
    if kept.payload_hash != digest:
        raise KeyTaken(key)
    return kept
