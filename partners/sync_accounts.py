"""Partners' accounts: what a batch of Salesforce's rows makes of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from partners import hooks, sync_websites, sync_writing
from partners.models import Account
from partners.sync_journal import ADDED, BACK, REMOVED, differing
from partners.sync_moving import last_of, merge
from partners.sync_owners import Managers
from partners.sync_take import Batch
from partners.sync_values import Rejected, Row, Taking, day, identity, moment, several, taken, text, yes_no

FIELDS: Final[Mapping[str, tuple[str, Taking]]] = {
    "name": ("name", text),
    "partner_status": ("partner_status", text),
    "partner_type": ("partner_type", text),
    "track": ("track", text),
    "public_sector": ("public_sector", yes_no),
    "contracted_territories": ("contracted_territories", several),
    "signed_contract_date": ("signed_contract_date", day),
    "website": ("website", text),
    "country": ("country", text),
    "subdivision": ("subdivision", text),
    "postal_code": ("postal_code", text),
    "owner": ("owner_id", identity),
    "owner_name": ("owner_name", text),
    "owner_email": ("owner_email", text),
}
SAVED: Final = (
    *(column for column, _take in FIELDS.values()),
    *("website_domain", "channel_manager", "modified", "deleted", "merged_into", "synced"),
)
PARTNER: Final = "partner"


class Accounts:
    """One object of Salesforce; `take` gets rows that are there, `remove` those that are not any more."""

    key: Final = "Account"
    model: Final = Account

    def __init__(self) -> None:
        self.managers = Managers()
        self.came: list[str] = []  # partners new to us: what belongs to them was not asked for before

    def take(self, rows: Sequence[Row], batch: Batch) -> None:
        known = {one.salesforce_id: one for one in _known(row["id"] for row in rows)}
        changed: list[tuple[Account, dict[str, Any]]] = []
        for row in rows:
            if row["id"] in known:
                batch.see(known[row["id"]])
            try:
                self._take(row, known, changed, batch)
            except Rejected as problem:
                batch.reject(row, str(problem))
        self._save(changed, batch)

    def _take(
        self, row: Row, known: dict[str, Account], changed: list[tuple[Account, dict[str, Any]]], batch: Batch
    ) -> None:
        account = known.get(row["id"])
        if str(row.get("type", PARTNER)).lower() != PARTNER:
            if account is not None:
                _leave(account, row, batch)
            return
        values = self._values(row, account)
        account = account or Account(salesforce_id=row["id"])
        before = differing(account, values)
        if account.pk is None:
            batch.see(account)
        elif not before:
            return
        for name, value in values.items():
            setattr(account, name, value)
        known[row["id"]] = account
        changed.append((account, before))

    def _values(self, row: Row, account: Account | None) -> dict[str, Any]:
        values = taken(row, Account, FIELDS)
        if not values.get("name", True):
            raise Rejected(_("It has no name."))
        if "website" in values:
            values["website_domain"] = sync_websites.domain_of(values["website"])
        values |= self.managers.of(values, account)
        return {**values, "modified": moment(row.get("modified")), "deleted": None, "merged_into": None}

    def _save(self, changed: Sequence[tuple[Account, dict[str, Any]]], batch: Batch) -> None:
        now = timezone.now()
        for account, before in changed:
            account.synced = now
            self._note(account, before, batch)
        sync_writing.save([account for account, _before in changed], fields=SAVED)
        for account, before in changed:
            if account.pk and before:
                hooks.changed(account, before)

    def _note(self, account: Account, before: Mapping[str, Any], batch: Batch) -> None:
        if account.pk is None or before.get("deleted"):
            self.came.append(account.salesforce_id)
        if account.pk is None:
            batch.count("added")
            batch.journal.note(account, ADDED, after={"name": account.name})
            return
        batch.count("changed")
        if before.get("deleted"):
            batch.journal.note(account, BACK)
        batch.journal.changes(account, before)

    def remove(self, rows: Sequence[Row], batch: Batch) -> None:
        """Deleted there, or merged into another one."""
        into = {row["id"]: str(row.get("merged_into") or "") for row in rows}
        known = {one.salesforce_id: one for one in _known({*into, *filter(None, into.values())})}
        for row in rows:
            account, survivor = known.get(row["id"]), known.get(into[row["id"]])
            survivor = last_of(survivor) if survivor is not None else None
            survivor = None if survivor == account else survivor  # a circle: nobody is left
            if account is None or (account.deleted and account.merged_into_id == (survivor.pk if survivor else None)):
                continue
            gone(account, moment(row.get("modified")), batch, why="" if survivor else _("Deleted in Salesforce."))
            if survivor is not None:
                merge(account, survivor, batch)

    def sweep(self, pks: Sequence[int], batch: Batch) -> None:
        """A full read did not find them any more."""
        for account in Account.objects.filter(pk__in=pks):
            gone(account, None, batch, why=_("Salesforce does not show it as a partner any more."))


def gone(account: Account, when: datetime | None, batch: Batch, *, why: str) -> None:
    """Kept here with all that belongs to it; only marked."""
    if account.deleted is None:
        batch.count("removed")
        if why:
            batch.journal.note(account, REMOVED, before={"name": account.name}, why=why)
    account.deleted = account.deleted or when or timezone.now()
    account.modified = when or account.modified
    account.save(update_fields=["deleted", "modified"])


def _leave(account: Account, row: Row, batch: Batch) -> None:
    """Its type is another one now: no partner any more."""
    if account.deleted is None:
        words = _("It is no partner any more: its type in Salesforce is now “%(type)s”.")
        gone(account, moment(row.get("modified")), batch, why=words % {"type": row.get("type") or "-"})


def _known(ids: Any) -> list[Account]:
    return list(Account.objects.filter(salesforce_id__in=list(ids)).select_related("channel_manager"))
