"""What people decide about a change: who may, from which state, with an event; each decision twice is one.

preview → ready → running ⇄ paused; running → done | partly → running again; preview, ready → dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import actor_of, record
from people.models import User
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import counting, notes
from web import nudging

State, Kind = OwnershipChange.State, OwnershipChange.Kind
MOVE_ON: Final = "routing.ownership.tasks.move_on"


class Refused(Exception):  # noqa: N818 - an answer to a person, not a fault
    """It cannot be done; the text says why."""


def may_steer(user: User) -> bool:
    """Prepare, pause, try again; channel managers read."""
    return user.on_desk


def may_approve(change: OwnershipChange, user: User) -> bool:
    """One account: whoever works the desk. More: somebody who leads and did not ask for it."""
    if of_one(change):
        return user.on_desk
    return user.leads and user.pk != change.asked_by_id


def of_one(change: OwnershipChange) -> bool:
    return change.kind == Kind.SINGLE or (change.undo_of is not None and change.undo_of.kind == Kind.SINGLE)


def submit(change: OwnershipChange, *, by: User) -> OwnershipChange:
    """The preview is right: a second person decides."""
    _check(may_steer(by), _("Only the desk changes owners."))
    with _locked(change, {State.PREVIEW}, {State.READY}) as row:
        if row is not None:
            _check_something_to_do(row)
            _to(row, State.READY, "sent for approval", by=by)
    return _fresh(change)


def approve(change: OwnershipChange, *, by: User) -> OwnershipChange:
    """A worker begins; not before its day. One account needs no second person."""
    _check(may_approve(change, by), _who_approves(change))
    start = {State.PREVIEW, State.READY} if of_one(change) else {State.READY}
    with _locked(change, start, {State.RUNNING, State.PAUSED, State.DONE, State.PARTLY}) as row:
        if row is not None:
            _check_something_to_do(row)
            row.approved_by, row.approved = by, timezone.now()
            _to(row, State.RUNNING, "approved", by=by)
    return _fresh(change)


def pause(change: OwnershipChange, *, by: User) -> OwnershipChange:
    """What Salesforce has in hand is finished; nothing else is sent."""
    _check(may_steer(by), _("Only the desk changes owners."))
    with _locked(change, {State.RUNNING}, {State.PAUSED}) as row:
        if row is not None:
            _to(row, State.PAUSED, "paused", by=by)
    return _fresh(change)


def resume(change: OwnershipChange, *, by: User) -> OwnershipChange:
    _check(may_steer(by), _("Only the desk changes owners."))
    with _locked(change, {State.PAUSED}, {State.RUNNING}) as row:
        if row is not None:
            _to(row, State.RUNNING, "resumed", by=by)
    return _fresh(change)


def retry(
    change: OwnershipChange, *, by: User, then: Callable[[OwnershipChange], object] | None = None
) -> OwnershipChange:
    """What was refused is sent again, as it was approved; `then` runs in the same transaction."""
    _check(may_steer(by), _("Only the desk changes owners."))
    with _locked(change, {State.PARTLY}, {State.RUNNING, State.PAUSED}) as row:
        if row is not None:
            check_not_undone(row)
            refused = row.rows.filter(state=OwnershipRow.State.REFUSED)
            refused.update(state=OwnershipRow.State.WAITING, words="", attempt=F("attempt") + 1, action=None)
            _to(row, State.RUNNING, "tried again", by=by)
            if then is not None:
                then(row)
    return _fresh(change)


def drop(change: OwnershipChange, *, by: User, why: str = "") -> OwnershipChange:
    """Not wanted: nothing more is sent. What was done before stays done and can be undone."""
    _check(may_steer(by), _("Only the desk changes owners."))
    with _locked(change, {State.PREVIEW, State.READY, State.PAUSED}, {State.DROPPED}) as row:
        if row is not None:
            begun = row.approved is not None or row.rows.filter(state=OwnershipRow.State.DONE).exists()
            if begun:
                words = _("Left out: %(name)s stopped the change.") % {"name": by}
                waiting = row.rows.filter(state=OwnershipRow.State.WAITING)
                waiting.update(state=OwnershipRow.State.SKIPPED, words=words)
            _to(row, State.RUNNING if begun else State.DROPPED, "stopped" if begun else "dropped", by=by, why=why)
    return _fresh(change)


def _to(row: OwnershipChange, state: str, verb: str, *, by: User, why: str = "") -> None:
    """The one writer of a person's decision; a worker is woken where there is something to do."""
    before = {"state": row.state}
    row.state = state
    row.save(update_fields=["state", "approved_by", "approved"])
    counting.count(row)
    record(row, verb, by=actor_of(by), before=before, after={"state": state, **row.counts}, why=why)
    notes.tell_procedure(row)
    if state == State.RUNNING:
        nudging.nudge(MOVE_ON, row.pk)


@contextmanager
def _locked(change: OwnershipChange, start: Collection[str], done: Collection[str]) -> Iterator[OwnershipChange | None]:
    """The row when it is in one of `start`; None when it is where this leads, for twice is once; else Refused."""
    with transaction.atomic():
        row = OwnershipChange.objects.select_for_update(no_key=True).get(pk=change.pk)
        if row.state in start:
            yield row
        elif row.state in done:
            yield None
        else:
            words = _("This change is “%(state)s” now; it was not touched.")
            raise Refused(words % {"state": row.get_state_display()})


def _check_something_to_do(change: OwnershipChange) -> None:
    waiting = change.rows.filter(state=OwnershipRow.State.WAITING).exists()
    _check(waiting, _("There is nothing to write: no account of this change differs, or all were rejected."))


def check_not_undone(change: OwnershipChange) -> None:
    """The rest of what was taken back is not written any more: no second undo could take it back."""
    undone = OwnershipChange.objects.filter(undo_of=change).exists()
    _check(not undone, _("This change was undone: prepare a new one."))


def _who_approves(change: OwnershipChange) -> str:
    if of_one(change):
        return _("Only the desk changes owners.")
    return _("Somebody else must approve it: a lead who did not ask for it.")


def _check(right: bool, words: str) -> None:
    if not right:
        raise Refused(words)


def _fresh(change: OwnershipChange) -> OwnershipChange:
    change.refresh_from_db()
    return change
