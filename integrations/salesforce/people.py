"""Who is meant by what stands in a record: an id of a user in some organisations, a name in others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.conf import settings

from integrations.salesforce import auth, ids, reading, soql
from integrations.salesforce.shapes import People, Row, UserRef
from web.memory import Memory

USER: Final = "005"  # how ids of users begin
_own = Memory(seconds=600)


def of(rows: Iterable[Row], *names: str) -> People:
    """The users in these fields of the rows; a name that two of them have means none."""
    given = {str(row.get(name) or "") for row in rows for name in names} - {""}
    by_id = [one for one in given if ids.is_id(one) and one.startswith(USER)]
    known = {one.id: one for one in reading.users(by_id)} if by_id else {}
    return known | _by_name(sorted(given - set(by_id)))


def own_id() -> str:
    """The user that the desk itself is there; empty where it may not see itself."""
    return _own.get(auth.identity(), _ask_own_id)


def _by_name(names: list[str]) -> dict[str, UserRef]:
    found = reading.active_users(names=names, emails=[]) if names else []
    by_name: dict[str, list[UserRef]] = {name: [] for name in names}
    for one in found:
        for name in names:
            if name.casefold() == one.name.casefold():
                by_name[name].append(one)
    return {name: several[0] for name, several in by_name.items() if len(several) == 1}


def _ask_own_id() -> str:
    asked = "SELECT Id FROM User WHERE Username = {}"
    rows = soql.literal(asked, settings.SALESFORCE.username, about="User")
    return soql.full_or_nothing(rows[0].get("Id")) if rows else ""
