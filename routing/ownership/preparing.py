"""From what is wanted to the rows of a change: checked, with what stands there now; nothing is written there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import StoredFile
from integrations.salesforce import ids
from journal.record import record
from people.models import User
from routing.models import OwnershipChange, OwnershipRow, RosterChange
from routing.ownership import counting, users
from routing.ownership.checks import Wanted, checks_of
from tickets.models import Ticket
from web import nudging

State = OwnershipRow.State
PIECE: Final = 1_000
READ: Final = "routing.ownership.tasks.read_again"
FIND_USERS: Final = "partners.tasks.link_people"


def prepare(
    kind: str,
    rows: Sequence[Wanted],
    *,
    title: str,
    why: str,
    by: User | None,
    file: StoredFile | None = None,
    file_name: str = "",
    taken_at: datetime | None = None,
    effective: date | None = None,
    roster_change: RosterChange | None = None,
    undo_of: OwnershipChange | None = None,
    ticket: Ticket | None = None,
) -> OwnershipChange:
    """The change with a row for every line, in state preview, in one transaction.

    One account is read in Salesforce meanwhile; until then `beat` is empty.
    """
    with transaction.atomic():
        change = OwnershipChange.objects.create(
            kind=kind,
            title=title[:200],
            why=why,
            file=file,
            file_name=file_name[:255],
            taken_at=taken_at,
            effective=effective,
            roster_change=roster_change,
            undo_of=undo_of,
            ticket=ticket,
            asked_by=by,
            asked_by_name=str(by)[:160] if by else "",
        )
        OwnershipRow.objects.bulk_create(checked(change, rows), batch_size=PIECE)
        counting.count(change)
        if kind == OwnershipChange.Kind.SINGLE:
            nudging.nudge(READ, change.pk)
        record(change, "prepared", by=counting.actor(by), after={"title": change.title, **change.counts}, why=why)
    return change


def checked(change: OwnershipChange, rows: Sequence[Wanted]) -> list[OwnershipRow]:
    """A row for every line; of lines for the same account the first one counts."""
    known = users.Known({one.new_owner for one in rows if one.new_owner})
    if known.missing:
        nudging.nudge(FIND_USERS)
    first: dict[str, int] = {}
    return [_row(change, wanted, known, first) for wanted in rows]


def _row(change: OwnershipChange, wanted: Wanted, known: users.Known, first: dict[str, int]) -> OwnershipRow:
    given, account = wanted.salesforce_id.strip(), wanted.account
    identity = account.salesforce_id if account else ids.full_id(given) if ids.is_id(given) else given[:18]
    row = OwnershipRow(change=change, number=wanted.number, account=account, salesforce_id=identity)
    row.name = (account.name if account else wanted.name)[:255]
    row.add_territories, row.remove_territories = list(wanted.add_territories), list(wanted.remove_territories)
    row.new_owner_id = known.of(wanted)
    row.new_owner_name = str(wanted.new_owner or wanted.new_owner_name)[:200]
    if account is not None:
        stand(row)
    reasons = reasons_of(change, wanted, row)
    if identity in first:
        reasons.append(twice(first[identity]))
    judge(row, reasons)
    if identity and row.state != State.REJECTED:
        first[identity] = row.number
    return row


def twice(number: int) -> str:
    return _("The account stands in line %(number)d too.") % {"number": number}


def reasons_of(change: OwnershipChange, wanted: Wanted, row: OwnershipRow) -> list[str]:
    """Against this line; the user of the new owner may be known by now."""
    known = replace(wanted, new_owner_id=row.new_owner_id)
    return checks_of(known, kind=change.kind, taken_at=change.taken_at, on=change.effective)


def stand(row: OwnershipRow) -> None:
    """What the mirror says now is what stands there."""
    if row.account is not None:
        row.old_owner_id, row.old_owner_name = row.account.owner_id, row.account.owner_name
        row.old_territories = list(row.account.contracted_territories)


def judge(row: OwnershipRow, reasons: Sequence[str]) -> None:
    """Rejected with all reasons; the same as it is already; or waiting."""
    row.words = " ".join(reasons)
    row.state = State.REJECTED if reasons else State.WAITING if differs(row) else State.SAME


def differs(row: OwnershipRow) -> bool:
    """Whether something would be written."""
    if row.new_owner_id and not ids.same_id(row.new_owner_id, row.old_owner_id):
        return True
    there = set(row.old_territories)
    return bool(set(row.add_territories) - there or set(row.remove_territories) & there - set(row.add_territories))
