"""Which user of Salesforce a channel manager or solutions architect is, where that is beyond doubt. Workers only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.db import transaction

from integrations.salesforce import reading
from integrations.salesforce.shapes import UserRef
from journal.record import record
from partners.sync_journal import SALESFORCE
from people.away import Person
from people.models import ChannelManager, SolutionsArchitect

KINDS: Final = (ChannelManager, SolutionsArchitect)


def link() -> int:
    """Fills what nobody has filled yet, and answers how many; what a person set stays. Twice is harmless."""
    wanting = [person for kind in KINDS for person in kind._default_manager.filter(salesforce_id="", active=True)]  # noqa: SLF001
    if not wanting:
        return 0
    found = reading.active_users(
        names=[person.name for person in wanting], emails=[email for one in wanting for email in _emails(one)]
    )
    return sum(_keep(person, user) for person in wanting if (user := certain(person, found)) is not None)


def certain(person: Person, users: Sequence[UserRef]) -> UserRef | None:
    """The one with the same address, else the only one of that name; of two with one name nobody is."""
    by_email = [user for user in users if user.email and user.email.lower() in _emails(person)]
    by_name = [user for user in users if _folded(user.name) == _folded(person.name)]
    among = by_email or by_name
    return among[0] if len(among) == 1 else None


def _keep(person: Person, user: UserRef) -> bool:
    with transaction.atomic():
        row = type(person)._default_manager.select_for_update().filter(pk=person.pk, salesforce_id="").first()  # noqa: SLF001
        if row is None or _taken(user.id, type(person)):
            return False
        row.salesforce_id, row.salesforce_email = user.id, user.email
        row.save(update_fields=["salesforce_id", "salesforce_email"])
        after = {"salesforce_id": user.id, "salesforce_email": user.email}
        record(row, "person linked", by=SALESFORCE, before={}, after=after)
    return True


def _taken(identity: str, kind: type[Person]) -> bool:
    return kind._default_manager.filter(salesforce_id=identity).exists()  # noqa: SLF001


def _emails(person: Person) -> Iterable[str]:
    user = person.user if isinstance(person, ChannelManager) else None
    return {one.lower() for one in (person.salesforce_email, user.email if user else "") if one}


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
