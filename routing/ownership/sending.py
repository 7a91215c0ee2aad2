"""The rows of a change as writes of the ledger: one account alone, or 200 of them in one request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from integrations import ledger
from integrations.models import ExternalAction
from people.models import Team
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import checks, users
from routing.ownership.checks import CHANNEL

PREFIX: Final = "ownership:"
ONE, MANY = "salesforce.set_account", "salesforce.set_accounts"
BATCH: Final = 200  # of one composite request
SETTLED: Final = frozenset(
    {ExternalAction.State.DONE, ExternalAction.State.REFUSED, ExternalAction.State.CANCELLED}
)  # nothing more becomes of it by itself


def send(change: OwnershipChange, rows: Sequence[OwnershipRow], *, allow_duplicate: bool = False) -> None:
    """One write for these rows; the caller holds the change. The same rows and attempt again are the same write."""
    only, was = _only(change, rows), _modified_was(change, rows)
    changes = [_change(row, only.get(row.pk, {}), was.get(row.salesforce_id, "")) for row in rows]
    if len(rows) == 1 and allow_duplicate:
        changes[0]["allow_duplicate"] = True
    action = ledger.queue(
        key=f"{PREFIX}{change.pk}:{rows[0].number}:{rows[0].attempt}",
        operation=ONE if len(rows) == 1 else MANY,
        payload=changes[0] if len(rows) == 1 else {"changes": changes},
        about=change.title,
        by=change.approved_by,
    )
    change.rows.filter(pk__in=[row.pk for row in rows]).update(state=OwnershipRow.State.SENT, action=action)


def still_fit(change: OwnershipChange, rows: Sequence[OwnershipRow]) -> list[OwnershipRow]:
    """Without those whose new owner has left since it was approved, which may be weeks ago: they are refused."""
    if change.kind == OwnershipChange.Kind.UNDO:
        return list(rows)
    managers = users.managers_of({(row.new_owner_id, row.new_owner_name) for row in rows})
    today = timezone.localdate()
    words = {key: checks.gone(one) for key, one in managers.items() if checks.has_left(one, today)}
    for identity, why in words.items():
        left = [row.pk for row in rows if row.new_owner_id[:15] == identity]
        change.rows.filter(pk__in=left).update(state=OwnershipRow.State.REFUSED, words=why)
    return [row for row in rows if row.new_owner_id[:15] not in words]


def _change(row: OwnershipRow, only: dict[str, Any], modified_was: str) -> dict[str, Any]:
    """Owner and contracted territories; nothing else is ever sent."""
    found: dict[str, Any] = {"account": row.salesforce_id}
    if row.new_owner_id:
        found |= {"owner": row.new_owner_id, "owner_was": row.old_owner_id}
    if row.add_territories or row.remove_territories:
        found["territories"] = {"add": row.add_territories, "remove": row.remove_territories}
    if only:
        found["only"] = only
    if modified_was:
        found["modified_was"] = modified_was
    return found


def _only(change: OwnershipChange, rows: Sequence[OwnershipRow]) -> dict[int, dict[str, Any]]:
    """What was checked here must hold there too, at the moment of the write."""
    if change.kind == OwnershipChange.Kind.UNDO:
        return {}
    managers = users.managers_of({(row.new_owner_id, row.new_owner_name) for row in rows})
    of_public = {identity for identity, manager in managers.items() if manager.team == Team.US_PUBSEC}
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        found[row.pk] = {"partner_type": CHANNEL}
        if row.new_owner_id and row.new_owner_id[:15] not in of_public:
            found[row.pk]["public_sector"] = False
    return found


def _modified_was(change: OwnershipChange, rows: Sequence[OwnershipRow]) -> dict[str, str]:
    """An undo holds only while the account is as our write left it."""
    if change.kind != OwnershipChange.Kind.UNDO or change.undo_of is None:
        return {}
    return modified_of(change.undo_of, [row.salesforce_id for row in rows])


def modified_of(change: OwnershipChange, identities: Sequence[str]) -> dict[str, str]:
    """When Salesforce says each account last changed, as it was read back after the write of this change."""
    rows = list(change.rows.filter(salesforce_id__in=identities, state=OwnershipRow.State.DONE))
    actions = ExternalAction.objects.in_bulk({row.action_id for row in rows if row.action_id})
    return {row.salesforce_id: str(became(row, actions.get(row.action_id or 0)).get("modified") or "") for row in rows}


def became(row: OwnershipRow, action: ExternalAction | None) -> dict[str, Any]:
    """What Salesforce showed of this account afterwards, with `kind`, `code` and `words`; empty before that."""
    if action is None or action.state not in SETTLED:
        return {}
    seen = action.result if action.operation == ONE else action.result.get(row.salesforce_id) or {}
    if action.state == ExternalAction.State.CANCELLED:
        return {**seen, "kind": "refused", "code": "CANCELLED", "words": _("Somebody cancelled the write at Vendors.")}
    kind = ("already" if action.already else "done") if action.state == ExternalAction.State.DONE else "refused"
    whole = {"kind": kind, "code": action.error_code, "words": action.last_error}
    return {**seen, **whole} if action.operation == ONE or not seen else dict(seen)
