"""People at partners: adopted by their address where the desk knew them first, and never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from partners import hooks, sync_writing
from partners.models import Account, Certification, Contact
from partners.sync_addresses import Addresses
from partners.sync_journal import ADDED, BACK, PARTED, REMOVED, differing
from partners.sync_moving import last_of
from partners.sync_take import Batch
from partners.sync_values import Rejected, Row, Taking, address, moment, taken, text, yes_no

FIELDS: Final[Mapping[str, tuple[str, Taking]]] = {
    "name": ("name", text),
    "email": ("email", address),
    "active": ("active", yes_no),
}
SAVED: Final = ("salesforce_id", "name", "email", "account", "double_of", "active", "modified", "deleted")
Changed = tuple[Contact, dict[str, Any]]


class Contacts:
    """Those of partners' accounts; somebody who is at none of them is not ours to keep."""

    key: Final = "Contact"
    model: Final = Contact

    def take(self, rows: Sequence[Row], batch: Batch) -> None:
        read = list(self._read(rows, batch))
        accounts = accounts_by_id(row.get("account") for row, _values in read)
        addresses = Addresses(
            ids=[row["id"] for row in rows], emails=[values["email"] for _row, values in read if values.get("email")]
        )
        for row in rows:
            if (known := addresses.by_id.get(row["id"])) is not None:
                batch.see(known)
        self._part(read, addresses, batch)
        changed = [one for row, values in read if (one := self._take(row, values, accounts, addresses, batch))]
        self._save(changed, addresses, batch)

    def _read(self, rows: Sequence[Row], batch: Batch) -> Iterable[tuple[Row, dict[str, Any]]]:
        for row in rows:
            try:
                values = taken(row, Contact, FIELDS)
                if values.get("active", True) is None:
                    del values["active"]
                yield row, {**values, "modified": moment(row.get("modified")), "deleted": None}
            except Rejected as problem:
                batch.reject(row, str(problem))

    def _part(self, read: Sequence[tuple[Row, dict[str, Any]]], addresses: Addresses, batch: Batch) -> None:
        """Whoever wrote from an address keeps it, with their requests, sign-in and what a person said of them.

        Salesforce gives a contact another address when somebody moves on, and when a colleague writes one person over
        another: the answers to what the first one asked must not go to the second.
        """
        moving = {
            known.pk: (known, values["email"])
            for row, values in read
            if "email" in values and (known := addresses.by_id.get(row["id"])) is not None
            if known.email and known.email.lower() != values["email"]
        }
        writers = hooks.writers(moving)
        for contact, address_now in moving.values():
            if contact.pk in writers or contact.user_id or contact.account_said_by_id:
                addresses.part(contact)
                words = _("Salesforce has the person at %(address)s now. Who wrote from here stays who they were.")
                shown = address_now or _("no address")
                batch.journal.note(contact, PARTED, why=words % {"address": shown})

    def _take(
        self,
        row: Row,
        values: dict[str, Any],
        accounts: Mapping[str, Account],
        addresses: Addresses,
        batch: Batch,
    ) -> Changed | None:
        account = accounts.get(str(row.get("account") or ""))
        contact = addresses.by_id.get(row["id"])
        if contact is None:
            if account is None:
                return None
            contact = addresses.stranger(values.get("email", "")) or Contact()
            addresses.by_id[row["id"]] = contact
            batch.see(contact)
        wanted = {**values, "salesforce_id": row["id"]}
        if contact.account_said_by_id is None:
            wanted["account"] = account
        before = differing(contact, wanted)
        addresses.leave(contact, values.get("email", contact.email))
        for name, value in wanted.items():
            setattr(contact, name, value)
        moved = addresses.settle(contact)
        return (contact, before) if before or moved or contact.pk is None else None

    def _save(self, changed: Sequence[Changed], addresses: Addresses, batch: Batch) -> None:
        for contact, before in changed:
            self._note(contact, before, batch)
        addresses.clear()
        rows = {id(contact): contact for contact in [*(one for one, _before in changed), *addresses.touched]}
        first = [one for one in rows.values() if one.double_of is None]
        sync_writing.save(first, fields=SAVED)
        doubles = [one for one in rows.values() if one.double_of is not None]
        for one in doubles:
            one.double_of = one.double_of  # the first one has its id now
        sync_writing.save(doubles, fields=SAVED)

    def _note(self, contact: Contact, before: Mapping[str, Any], batch: Batch) -> None:
        if contact.pk is None:
            batch.count("added")
            batch.journal.note(contact, ADDED, after={"name": contact.name, "account": contact.account})
            return
        batch.count("changed")
        if before.get("deleted"):
            batch.journal.note(contact, BACK)
        batch.journal.changes(contact, before)

    def remove(self, rows: Sequence[Row], batch: Batch) -> None:
        """Deleted or merged: marked, never deleted here; a merged one's partner is the survivor's."""
        into = {row["id"]: str(row.get("merged_into") or "") for row in rows}
        ids = {*into, *filter(None, into.values())}
        known = {one.salesforce_id: one for one in _known(salesforce_id__in=ids)}
        for row in rows:
            contact, survivor = known.get(row["id"]), known.get(into[row["id"]])
            if contact is not None and contact.deleted is None:
                gone(contact, survivor, moment(row.get("modified")), batch, why=_("Deleted in Salesforce."))

    def sweep(self, pks: Sequence[int], batch: Batch) -> None:
        for contact in _known(pk__in=pks):
            gone(contact, None, None, batch, why=_("Salesforce does not show it at a partner any more."))


def gone(contact: Contact, survivor: Contact | None, when: datetime | None, batch: Batch, *, why: str) -> None:
    """The person stays; who is there under the same address, or the survivor of a merge, says for whom they write."""
    batch.count("removed")
    words = _("Merged into %(name)s.") % {"name": survivor} if survivor else why
    batch.journal.note(contact, REMOVED, before={"name": contact.name}, why=words)
    contact.deleted, contact.modified = when or timezone.now(), when or contact.modified
    heir = survivor or contact.doubles.filter(deleted=None).order_by("pk").first()
    if heir is not None and heir.account is not None and contact.account_said_by_id is None:
        contact.account = heir.account
    contact.save(update_fields=["deleted", "modified", "account"])
    if survivor is not None:
        Certification.objects.filter(contact=contact).update(contact=survivor)


def accounts_by_id(ids: Iterable[Any]) -> dict[str, Account]:
    """By Salesforce's id; for a merged one its survivor."""
    wanted = {str(one) for one in ids if one}
    found = Account.objects.filter(salesforce_id__in=wanted).select_related("merged_into__merged_into")
    return {account.salesforce_id: last_of(account) for account in found}


def _known(**where: Any) -> list[Contact]:
    return list(Contact.objects.filter(**where).select_related("account"))
