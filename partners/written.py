"""What the desk itself wrote in Salesforce and read back: here at once, so that the next pull finds nothing to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from journal.models import Event
from journal.record import Actor
from partners import hooks, sync_writing
from partners.models import Account
from partners.sync_journal import UNTOLD, differing, told
from partners.sync_owners import Managers

COLUMNS: Final = ("owner_id", "owner_name", "owner_email", "contracted_territories", "channel_manager", "modified")
VERB: Final = "owner changed"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Owner and contracted territories of an account as Salesforce showed them at `modified`."""

    salesforce_id: str
    owner_id: str
    owner_name: str
    owner_email: str
    contracted_territories: list[str]
    modified: datetime


def take(seen: Sequence[Seen], *, by: Actor, why: str = "") -> list[Account]:
    """Overwrites what differs, with an event for each account, in the caller's transaction; newer rows stay."""
    shown = {one.salesforce_id: one for one in seen}
    found = Account.objects.select_for_update(no_key=True, of=("self",)).select_related("channel_manager")
    managers = Managers()
    changed: list[tuple[Account, dict[str, Any]]] = []
    for account in found.filter(salesforce_id__in=shown).order_by("pk"):
        before = _overwrite(account, shown[account.salesforce_id], managers)
        if before:
            changed.append((account, before))
    sync_writing.save([account for account, _before in changed], fields=[*COLUMNS, "synced"])
    Event.objects.bulk_create([_event(account, before, by, why) for account, before in changed if _told(before)])
    for account, before in changed:
        hooks.changed(account, before)
    return [account for account, _before in changed]


def _overwrite(account: Account, seen: Seen, managers: Managers) -> dict[str, Any]:
    """What the account had where it has something else now."""
    if account.modified is not None and account.modified > seen.modified:
        return {}
    values: dict[str, Any] = {
        "owner_id": seen.owner_id,
        "owner_name": " ".join(seen.owner_name.split()),  # as a pull writes it
        "owner_email": seen.owner_email,
        "contracted_territories": seen.contracted_territories,
        "modified": seen.modified,
    }
    values |= managers.of(values, account)
    before = differing(account, values)
    for name, value in values.items():
        setattr(account, name, value)
    account.synced = timezone.now()
    return before


def _told(before: Mapping[str, Any]) -> list[str]:
    return [name for name in before if name not in UNTOLD]


def _event(account: Account, before: Mapping[str, Any], by: Actor, why: str) -> Event:
    shown = _told(before)
    return Event(
        actor=by.user,
        actor_name=by.name[:160],
        verb=VERB,
        subject_type=account._meta.label_lower,  # noqa: SLF001 - as journal.record does
        subject_id=account.pk,
        before=told({name: before[name] for name in shown}),
        after=told({name: getattr(account, name) for name in shown}),
        why=why,
    )
