"""What became of a write, row by row, and the mirror beside it, in the transaction in which the ledger settles it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.models import ExternalAction
from partners import written
from partners.sync_values import moment
from partners.written import Seen
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import counting, sending

State = OwnershipRow.State
CLOCKS: Final = timedelta(minutes=2)  # how far Salesforce's clock and ours may be apart
OPEN: Final = (State.SENT, State.REFUSED)  # refused, and tried again at the vendors' page


def take(change: OwnershipChange, action: ExternalAction) -> None:
    """The caller holds the change. Rows that have got another write since are left alone."""
    settled: list[OwnershipRow] = []
    shown: list[Seen] = []
    now = timezone.now()
    for row in change.rows.filter(action=action, state__in=OPEN):
        became = sending.became(row, action)
        if became:
            _settle(row, became, action, now)
            settled.append(row)
            shown += _seen(row, became)
    _save(settled)
    if shown:
        written.take(shown, by=counting.actor(change.approved_by), why=change.title)


def _save(rows: Sequence[OwnershipRow]) -> None:
    """A statement for each outcome: nearly all rows of a batch share theirs."""
    alike: dict[tuple[str, str, datetime | None], list[int]] = defaultdict(list)
    for row in rows:
        alike[row.state, row.words, row.written].append(row.pk)
    for (state, words, when), ids in alike.items():
        OwnershipRow.objects.filter(pk__in=ids).update(state=state, words=words, written=when)


def _settle(row: OwnershipRow, became: Mapping[str, Any], action: ExternalAction, now: datetime) -> None:
    """A row that stood so before our first look was not written by us: an undo must leave it."""
    kind = became["kind"]
    if kind == "already" and _stood_so(became, action):
        row.state, row.words = State.SAME, _("It stood so in Salesforce already.")
    elif kind in {"done", "already"}:
        row.state, row.words, row.written = State.DONE, "", now
    else:
        row.state, row.words = State.REFUSED, str(became.get("words") or _("Salesforce did not say why."))


def _stood_so(became: Mapping[str, Any], action: ExternalAction) -> bool:
    """At a later look: it was changed last before this write was asked for."""
    if action.attempts <= 1 and not action.doubts:
        return True
    modified = moment(became.get("modified"))
    return modified is not None and modified < action.created - CLOCKS


def _seen(row: OwnershipRow, became: Mapping[str, Any]) -> list[Seen]:
    modified = moment(became.get("modified"))
    if modified is None or not row.salesforce_id:
        return []
    return [
        Seen(
            salesforce_id=row.salesforce_id,
            owner_id=str(became["owner"]),
            owner_name=str(became["owner_name"]),
            owner_email=str(became["owner_email"]),
            contracted_territories=list(became["territories"]),
            modified=modified,
        )
    ]
