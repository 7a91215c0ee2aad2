"""Read again: what stands in Salesforce now becomes “before”, and a person sees it before anything is written."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from journal.record import actor_of, record
from people.models import ChannelManager, User
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import checks, counting, deciding, preparing, users
from routing.ownership.checks import Wanted
from routing.ownership.deciding import Refused
from web import nudging

State, RowState, Kind = OwnershipChange.State, OwnershipRow.State, OwnershipChange.Kind


def read_again(change: OwnershipChange, *, by: User) -> OwnershipChange:
    """Rows nothing was written of are open again, the change is a preview, and a worker reads the accounts there."""
    if not deciding.may_steer(by):
        raise Refused(_("Only the desk changes owners."))
    with transaction.atomic():
        row = OwnershipChange.objects.select_for_update(no_key=True).get(pk=change.pk)
        if row.state not in {State.PREVIEW, State.READY, State.PARTLY}:
            words = _("This change is “%(state)s” now; it was not touched.")
            raise Refused(words % {"state": row.get_state_display()})
        deciding.check_not_undone(row)
        asked = row.rows.filter(Q(state=RowState.REFUSED) | Q(state=RowState.SAME, action__isnull=False))
        asked.update(state=RowState.WAITING, words="", attempt=F("attempt") + 1, action=None)
        before, row.state, row.beat = row.state, State.PREVIEW, None
        row.approved_by, row.approved = None, None
        row.save(update_fields=["state", "beat", "approved_by", "approved"])
        record(row, "read again", by=actor_of(by), before={"state": before}, after={"state": row.state})
        nudging.nudge(preparing.READ, row.pk)
    change.refresh_from_db()
    return change


def open_rows(change: OwnershipChange) -> QuerySet[OwnershipRow]:
    """Those whose check may come out otherwise: of a spreadsheet's rejected lines where only the user was unknown."""
    rows = change.rows.filter(state__in=[RowState.WAITING, RowState.SAME, RowState.REJECTED])
    if change.kind in {Kind.SINGLE, Kind.ROSTER}:  # a joiner has a user by now
        return rows
    rejected = Q(state=RowState.REJECTED)
    names = set(rows.filter(rejected, new_owner_id="").order_by().values_list("new_owner_name", flat=True))
    return rows.exclude(rejected & ~Q(words__in=[checks.not_known_yet(name) for name in names]))


def check(pk: int, *, there: Iterable[str]) -> None:
    """The rows of a preview anew, in the caller's transaction; `there`: the accounts Salesforce has shown."""
    change = OwnershipChange.objects.select_for_update(no_key=True).get(pk=pk)
    if change.state != State.PREVIEW:
        return
    rows, shown = list(open_rows(change).select_related("account").order_by("number")), set(there)
    managers = _managers(rows)
    known = users.Known(managers.values())
    settled = change.rows.exclude(state=RowState.REJECTED).exclude(pk__in=[row.pk for row in rows])
    first = dict(settled.values_list("salesforce_id", "number"))
    for row in sorted(rows, key=lambda row: row.state == RowState.REJECTED):
        preparing.stand(row)
        manager = managers.get(row.new_owner_id[:15]) or managers.get(row.new_owner_name)
        wanted = _wanted(row, manager)
        row.new_owner_id = known.of(wanted)
        reasons = preparing.reasons_of(change, wanted, row)
        if row.salesforce_id and row.salesforce_id not in shown:
            reasons.append(_("Salesforce does not show this account any more."))
        if row.salesforce_id in first:
            reasons.append(preparing.twice(first[row.salesforce_id]))
        preparing.judge(row, reasons)
        if row.state != RowState.REJECTED:
            first[row.salesforce_id] = row.number
    columns = ["old_owner_id", "old_owner_name", "old_territories", "new_owner_id", "state", "words"]
    OwnershipRow.objects.bulk_update(rows, columns, batch_size=preparing.PIECE)
    counting.count(change, beat=True)


def _managers(rows: list[OwnershipRow]) -> dict[str, ChannelManager]:
    """By the id of their user, 15 characters, and by their name."""
    found = users.managers_of((row.new_owner_id, row.new_owner_name) for row in rows)
    named = {row.new_owner_name for row in rows if row.new_owner_name and row.new_owner_id[:15] not in found}
    return found | {one.name: one for one in ChannelManager.objects.filter(name__in=named)}


def _wanted(row: OwnershipRow, manager: ChannelManager | None) -> Wanted:
    return Wanted(
        account=row.account,
        number=row.number,
        salesforce_id=row.salesforce_id,
        name=row.name,
        new_owner=manager,
        new_owner_id=row.new_owner_id,
        new_owner_name=row.new_owner_name,
        add_territories=row.add_territories,
        remove_territories=row.remove_territories,
    )
