"""Partners as Salesforce has them at this moment. The reading itself is a worker's, and known here by registration.

What somebody decides on is asked for again first: the mirror may be some minutes old. Raises `VendorError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from django.utils import timezone

from partners.models import Account


class Door(Protocol):
    """How a worker reads: each brings the mirror up to date and gives the ids that are there."""

    def accounts(self, identities: Sequence[str], /) -> set[str]: ...
    def named(self, text: str, /) -> set[str]: ...


_door: list[Door] = []


def through(door: Door) -> None:
    """Called where the vendors' libraries are: in a worker."""
    _door[:] = [door]


def look(account: Account) -> datetime:
    """Brings our row up to date; gives since when it is what Salesforce says. `account` is read again."""
    asked = timezone.now()
    if account.salesforce_id:
        shown = _open().accounts([account.salesforce_id])
        account.refresh_from_db()
        if account.salesforce_id not in shown and account.deleted is None:
            account.deleted = asked  # in this process only: the next pull finds out what became of it
    return asked


def search(company: str) -> bool:
    """Takes over partners that Salesforce finds by a company's name; whether there were any."""
    return bool(company.strip()) and bool(_open().named(company))


def _open() -> Door:
    if not _door:
        msg = "Only a worker may ask Salesforce"
        raise RuntimeError(msg)
    return _door[0]
