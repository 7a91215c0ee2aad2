"""Undo: 24 hours long, as a whole, and only of accounts that nobody has changed since our write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import actor_of, record
from partners.sync_values import moment
from people.models import User
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import counting, deciding, sending
from routing.ownership.checks import Wanted
from routing.ownership.deciding import Refused
from routing.ownership.preparing import prepare
from web import nudging

Kind, State = OwnershipChange.Kind, OwnershipChange.State
HOURS: Final = 24


def undo(change: OwnershipChange, *, by: User) -> OwnershipChange:
    """A change of its own that brings back what stood there; the same one when it was asked for already.

    A worker compares each account once more: what somebody has changed since is left, and said.
    """
    against = _who_not(change, by=by)
    if against:
        raise Refused(against)
    with transaction.atomic():
        row = OwnershipChange.objects.select_for_update(no_key=True).get(pk=change.pk)  # nobody lets it go on meanwhile
        known = OwnershipChange.objects.filter(undo_of=row).first()
        if known is not None:
            return known
        against = why_not_undone(row, by=by)
        if against:
            raise Refused(against)
        return _begin(row, by=by)


def why_not_undone(change: OwnershipChange, *, by: User) -> str:
    """Why it cannot be undone, in words; empty where it can."""
    if change.kind == Kind.UNDO:
        return _("An undo is not undone: prepare a new change.")
    if change.state not in {State.DONE, State.PARTLY} or change.finished is None:
        return _("Only what has been written can be undone.")
    against = _who_not(change, by=by)
    if against:
        return against
    if timezone.now() - change.finished > timedelta(hours=HOURS):
        return _("It was written more than 24 hours ago: prepare a new change.")
    rows = change.rows.filter(state=OwnershipRow.State.DONE)
    if not rows.exists():
        return _("Nothing of it was written.")
    return _of_one(rows.select_related("account").get(), change) if deciding.of_one(change) else ""


def _who_not(change: OwnershipChange, *, by: User) -> str:
    if by.on_desk if deciding.of_one(change) else by.leads:
        return ""
    return _("A lead undoes a change of many accounts.") if by.on_desk else _("Only the desk changes owners.")


def _begin(change: OwnershipChange, *, by: User) -> OwnershipChange:
    done = list(change.rows.filter(state=OwnershipRow.State.DONE).select_related("account").order_by("number"))
    left = sending.modified_of(change, [row.salesforce_id for row in done])
    made = prepare(
        Kind.UNDO,
        [_back(row, left) for row in done],
        title=_("Undo: %(title)s") % {"title": change.title},
        why=change.why,
        by=by,
        undo_of=change,
        roster_change=change.roster_change,
        ticket=change.ticket,
    )
    record(change, "undone", by=actor_of(by), after={"undo": made.pk})
    made.state, made.approved_by, made.approved = State.RUNNING, by, timezone.now()
    made.save(update_fields=["state", "approved_by", "approved"])
    counting.count(made)
    nudging.nudge(deciding.MOVE_ON, made.pk)
    return made


def _back(row: OwnershipRow, left: Mapping[str, str]) -> Wanted:
    """Territories that were added and not there before go, those that were taken away come back."""
    there = row.old_territories
    return Wanted(
        account=row.account,
        number=row.number,
        salesforce_id=row.salesforce_id,
        name=row.name,
        new_owner_id=row.old_owner_id if row.new_owner_id else "",
        new_owner_name=row.old_owner_name if row.new_owner_id else "",
        add_territories=[one for one in row.remove_territories if one in there and one not in row.add_territories],
        remove_territories=[one for one in row.add_territories if one not in there],
        reject_words=_no_way_back(row) or _changed_since(row, left.get(row.salesforce_id, "")),
    )


def _of_one(row: OwnershipRow, change: OwnershipChange) -> str:
    left = sending.modified_of(change, [row.salesforce_id]).get(row.salesforce_id, "")
    return _no_way_back(row) or _changed_since(row, left)


def _no_way_back(row: OwnershipRow) -> str:
    return _("Who owned it before is not known here.") if row.new_owner_id and not row.old_owner_id else ""


def _changed_since(row: OwnershipRow, left: str) -> str:
    """By the mirror, which is minutes old at most; the worker looks at Salesforce itself."""
    account, ours = row.account, moment(left)
    if ours is None:
        return _("How our write left it is not known any more: look at it in Salesforce.")
    if account is None or account.modified is None or account.modified <= ours:
        return ""
    words = _("It has changed in Salesforce since, on %(when)s UTC; its owner is %(name)s now.")
    return words % {"when": f"{account.modified:%d %b %Y, %H:%M}", "name": account.owner_name or "-"}
