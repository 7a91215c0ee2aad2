"""A worker moves a change on: the next batches, what became of the last ones, the end. Any of it may happen twice."""

from __future__ import annotations

import logging
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from integrations.models import ExternalAction
from journal.record import DESK, record
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import counting, notes, recording, sending
from web import failpoints, nudging

log = logging.getLogger(__name__)
State, RowState = OwnershipChange.State, OwnershipRow.State
IN_FLIGHT: Final = 2  # batches with Salesforce at once: a pause takes hold soon, and no worker waits for the next
MOVE_ON: Final = "routing.ownership.tasks.move_on"
MOST: Final = 200


def move_on(pk: int) -> None:
    """Sends what may be sent and ends what is at its end; nothing where there is nothing to do."""
    with transaction.atomic():
        change = OwnershipChange.objects.select_for_update(no_key=True).filter(pk=pk).first()
        if change is not None:
            push(change)


def push(change: OwnershipChange, *, allow_duplicate: bool = False) -> None:
    """The caller holds the change."""
    for action in _settled_unrecorded(change):
        recording.take(change, action)
    flying = _flying(change)
    waiting = change.rows.filter(state=RowState.WAITING).order_by("number")
    if change.state == State.RUNNING and (_its_day_has_come(change) or not waiting.exists()):
        while flying < IN_FLIGHT and (rows := list(waiting[: sending.BATCH])):
            if fit := sending.still_fit(change, rows):
                sending.send(change, fit, allow_duplicate=allow_duplicate)
                flying += 1
        if not flying:
            _end(change)
    counting.count(change, beat=True)
    failpoints.reach("ownership moved on")


def finished(action: ExternalAction) -> None:
    """Called by the ledger in the transaction in which a write is done, refused or cancelled."""
    if not action.key.startswith(sending.PREFIX):
        return
    pk = int(action.key.split(":")[1])
    change = OwnershipChange.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if change is None:
        return
    recording.take(change, action)
    counting.count(change, beat=True)
    if change.state in {State.DONE, State.PARTLY}:  # somebody has tried the write again at the vendors' page
        _end(change)
    nudging.nudge(MOVE_ON, change.pk)


def goes_another_way(action: ExternalAction) -> bool:
    """A refused write that is not sent again by itself: its page does that, approved and only for what was refused.

    Of a batch most accounts were written and may be back where they were; the last refusal of one account is left.
    """
    if not action.key.startswith(sending.PREFIX):
        return False
    pk = int(action.key.split(":")[1])
    change = OwnershipChange.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if change is None or action.operation != sending.ONE or change.state != State.PARTLY:
        return True
    undone = OwnershipChange.objects.filter(undo_of=change).exists()
    return undone or not change.rows.filter(action=action, state=RowState.REFUSED).exists()


def sweep() -> None:
    """Changes that no nudge reached."""
    going = OwnershipChange.objects.filter(state__in=[State.RUNNING, State.PAUSED])
    for pk in going.order_by(F("beat").asc(nulls_first=True)).values_list("pk", flat=True)[:MOST]:
        try:
            move_on(pk)
        except Exception:
            log.exception("change of owners %s could not be moved on", pk)  # the others are not held up by it


def _settled_unrecorded(change: OwnershipChange) -> QuerySet[ExternalAction]:
    """A callback that failed is only logged: what it should have written is found here."""
    sent = change.rows.filter(state=RowState.SENT, action__state__in=sending.SETTLED)
    return ExternalAction.objects.filter(pk__in=sent.order_by().values("action").distinct())


def _flying(change: OwnershipChange) -> int:
    return change.rows.filter(state=RowState.SENT).order_by().values("action").distinct().count()


def _its_day_has_come(change: OwnershipChange) -> bool:
    return change.effective is None or change.effective <= timezone.localdate()


def _end(change: OwnershipChange) -> None:
    """With its event and notes to the managers, in the caller's transaction: once for every end."""
    before, since = change.state, change.finished
    refused = change.rows.filter(state=RowState.REFUSED).exists()
    change.state, change.finished = State.PARTLY if refused else State.DONE, timezone.now()
    change.save(update_fields=["state", "finished"])
    counting.count(change)
    record(
        change,
        "finished",
        by=DESK,
        before={"state": before},
        after={"state": change.state, **change.counts},
    )
    notes.tell(change, since=since)
    notes.tell_procedure(change)
