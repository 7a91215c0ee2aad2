"""One address is one person: who holds an address first stays the first, everybody else with it is a double."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from partners.models import Contact


class Addresses:
    """The contacts a batch is about and whoever else has their addresses, as they will be when it is saved."""

    def __init__(self, *, ids: Iterable[str], emails: Iterable[str]) -> None:
        wanted = set(emails)
        found = list(
            Contact.objects.filter(
                Q(salesforce_id__in=list(ids)) | Q(email__lower__in=wanted, double_of=None) & ~Q(email="")
            ).select_related("account")
        )
        self._by_pk = {one.pk: one for one in found}
        self._doubles: dict[int, list[Contact]] = {}
        for double in Contact.objects.filter(double_of__in=self._by_pk).select_related("account").order_by("pk"):
            double = self._by_pk.setdefault(double.pk, double)  # noqa: PLW2901 - one object for one row
            self._doubles.setdefault(double.double_of_id or 0, []).append(double)
        everybody = list(self._by_pk.values())
        self.by_id = {one.salesforce_id: one for one in everybody if one.salesforce_id}
        self._first = {one.email.lower(): one for one in everybody if one.email and one.double_of_id is None}
        self.touched: list[Contact] = []  # besides those of the batch
        self._moved: list[Contact] = []  # hold another address in the database than they will
        self._parted: list[Contact] = []  # hold an id of Salesforce in the database that is another one's

    def stranger(self, email: str) -> Contact | None:
        """Somebody the desk knows by this address and Salesforce did not."""
        holder = self._first.get(email) if email else None
        return holder if holder is not None and not holder.salesforce_id else None

    def part(self, contact: Contact) -> None:
        """It stays who it is, with its address; its id of Salesforce is free for who has it from now on."""
        del self.by_id[contact.salesforce_id]
        contact.salesforce_id = ""
        self._parted.append(contact)
        self.touched.append(contact)

    def leave(self, contact: Contact, email: str) -> None:
        """Before it gets another address: the oldest of its doubles is the first of the old one now."""
        old = contact.email.lower()
        if not old or old == email.lower():
            return
        if contact.pk is not None:
            self._moved.append(contact)
        if self._first.get(old) is not contact:
            return
        del self._first[old]
        left = [one for one in self._doubles.pop(contact.pk, []) if one.email.lower() == old]
        for one in left:
            one.double_of = None if one is left[0] else left[0]
            self.touched.append(one)
        if left:
            self._first[old] = left[0]
            self._doubles[left[0].pk] = left[1:]

    def settle(self, contact: Contact) -> bool:
        """After it got its address: it is the first of it, or the double of who is; says whether that changed."""
        email = contact.email.lower()
        holder = self._first.setdefault(email, contact) if email else contact
        first = None if holder is contact else holder
        was = contact.double_of_id
        contact.double_of = first
        if first is not None:
            self._fill(first, contact)
            if contact.pk is not None and first.pk is not None:
                self._doubles.setdefault(first.pk, []).append(contact)
        return (first.pk if first else None) != was

    def clear(self) -> None:
        """In the database nobody holds what another one is about to get."""
        parted = [one.pk for one in self._parted]
        if parted:
            Contact.objects.filter(pk__in=parted).update(salesforce_id="")
        moved = [one.pk for one in self._moved]
        if moved:
            Contact.objects.filter(pk__in=moved).update(email="", double_of=None)

    def _fill(self, first: Contact, double: Contact) -> None:
        """A person only the desk knew gets what Salesforce says about their double, where nothing else is known."""
        if first.salesforce_id or first.account_id or first.account_said_by_id or double.account is None:
            return
        first.account = double.account
        self.touched.append(first)
