"""Reading from Salesforce. Workers and commands only: the library behind it is heavy. Raises VendorError."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from integrations.errors import VendorError
from integrations.salesforce import fields, ids, making, soql
from integrations.salesforce.shapes import AccountHit, OpportunityRef, Row, UserRef

PARTNER: Final = "Partner"
ACCOUNT: Final = "001"  # how ids of accounts begin
IN_ORDER: Final = " ORDER BY SystemModstamp, Id"
DOMAIN: Final = re.compile(r"(?:https?://)?(?:www\.)?([\w-]+(?:\.[\w-]+)+)/?", re.IGNORECASE)
MOST: Final = 200
RESTARTS: Final = 5
Version = tuple[str, datetime]


def pages(
    object_key: str, *, since: datetime | None = None, until: datetime | None = None, deleted: bool = False
) -> Iterator[list[Row]]:
    """Every row, or those changed from `since` on and before `until`, in the order of their change.

    Without `since`: those of partners. With it rows of any account come, so that one that is no partner any more is
    noticed. `deleted`: only rows in the bin, merged ones with `merged_into`. A query whose pages are kept no longer is
    asked anew from where it was.
    """
    if not fields.knows(object_key):
        return
    reached, known = since, set[Version]()
    for again in range(RESTARTS + 1):
        try:
            for page in _pages(object_key, since=reached, until=until, deleted=deleted, full=since is None):
                fresh = [row for row in page if _version(row) not in known]
                if fresh:
                    yield fresh
                    reached, known = _edge(page, known) or (reached, known)
        except VendorError as problem:
            if not soql.is_gone(problem) or again == RESTARTS:
                raise
        else:
            return


def pages_of(object_key: str, accounts: Sequence[str]) -> Iterator[list[Row]]:
    """All rows that belong to these accounts."""
    if fields.knows(object_key):
        yield from soql.among(object_key, "id" if object_key == "Account" else _reference(object_key), accounts)


def count(object_key: str, *, since: datetime | None = None) -> int:
    """How many rows of partners there are, changed from `since` on."""
    if not fields.knows(object_key):
        return 0
    conditions, values = _conditions(object_key, since=since, until=None, of_partners=True)
    return soql.count(object_key, " AND ".join(conditions), *values)


def search_accounts(text: str, *, limit: int = 20) -> list[AccountHit]:
    """Partners by id (15 or 18 characters), by the domain of their website, or by a part of their name."""
    wanted, kind = text.strip(), fields.api("Account", "type")
    if not wanted:
        return []
    if ids.may_be_id(wanted, prefix=ACCOUNT) and (hit := account(wanted)):
        return [hit]
    by = [f"{fields.api('Account', 'name')} LIKE '%{{:like}}%'"]
    values = [wanted]
    domain = DOMAIN.fullmatch(wanted)
    if domain:
        by.append(f"{fields.api('Account', 'website')} LIKE '%{{:like}}%'")
        values.append(domain[1])
    tail = f" ORDER BY {fields.api('Account', 'name')} LIMIT {min(max(limit, 1), MOST)}"
    rows = soql.select("Account", f"({' OR '.join(by)}) AND {kind} = {{}}", *values, PARTNER, tail=tail)
    return [making.account(row) for row in rows]


def accounts(identities: Sequence[str]) -> list[AccountHit]:
    """Those of these ids that are there."""
    return [making.account(row) for page in soql.among("Account", "id", identities) for row in page]


def account(identity: str) -> AccountHit | None:
    return next((making.account(row) for row in soql.select("Account", "Id = {}", ids.full_id(identity))), None)


def find_opportunity(*, number: str = "", name: str = "", limit: int = 20) -> list[OpportunityRef]:
    """By its number, else by a part of its name; the newest first."""
    tail = f" ORDER BY CreatedDate DESC LIMIT {min(max(limit, 1), MOST)}"
    if number.strip():
        return _opportunities(f"{fields.api('Opportunity', 'number')} = {{}}", number.strip(), tail=tail)
    if name.strip():
        return _opportunities(f"{fields.api('Opportunity', 'name')} LIKE '%{{:like}}%'", name.strip(), tail=tail)
    return []


def opportunity(identity: str) -> OpportunityRef | None:
    return next(iter(_opportunities("Id = {}", ids.full_id(identity))), None)


def user(identity_or_email: str) -> UserRef | None:
    """By id or by address; of several with one address an active one."""
    wanted = identity_or_email.strip()
    if ids.is_id(wanted):
        return next(iter(users([wanted])), None)
    condition = f"{fields.api('User', 'email')} = {{}}"
    found = [making.user(row) for row in soql.select("User", condition, wanted)] if wanted else []
    return max(found, key=lambda one: one.active, default=None)


def users(identities: Sequence[str]) -> list[UserRef]:
    return [making.user(row) for page in soql.among("User", "id", identities) for row in page]


def active_users(*, names: Sequence[str], emails: Sequence[str]) -> list[UserRef]:
    """Users that may sign in and have one of these names or addresses."""
    by = [("name", names), ("email", emails)]
    asked = [(f"{fields.api('User', name)} IN {{}}", sorted(set(wanted))) for name, wanted in by if wanted]
    if not asked:
        return []
    condition = f"({' OR '.join(condition for condition, _values in asked)}) AND {fields.api('User', 'active')} = true"
    return [making.user(row) for row in soql.select("User", condition, *(values for _condition, values in asked))]


def _edge(page: Sequence[Row], known: set[Version]) -> tuple[datetime, set[Version]] | None:
    """Where to go on from, and the rows of that second which were already given: a question names whole seconds."""
    if not all(row["modified"] for row in page):
        return None
    reached: datetime = page[-1]["modified"].replace(microsecond=0)
    versions = known | {_version(row) for row in page}
    return reached, {one for one in versions if one[1] >= reached}


def _version(row: Row) -> Version:
    return row["id"], row["modified"]


def _opportunities(condition: str, value: str, *, tail: str = "") -> list[OpportunityRef]:
    return [making.opportunity(row) for row in soql.select("Opportunity", condition, value, tail=tail)]


def _pages(
    object_key: str, *, since: datetime | None, until: datetime | None, deleted: bool, full: bool
) -> Iterator[list[Row]]:
    conditions, values = _conditions(object_key, since=since, until=until, of_partners=full and not deleted)
    if deleted:
        conditions.append("IsDeleted = true")
    yield from soql.pages(object_key, " AND ".join(conditions), *values, tail=IN_ORDER, deleted=deleted)


def _conditions(
    object_key: str, *, since: datetime | None, until: datetime | None, of_partners: bool
) -> tuple[list[str], list[Any]]:
    found: list[tuple[str, Any]] = []
    if since is not None:
        found.append(("SystemModstamp >= {}", since))
    if until is not None:
        found.append(("SystemModstamp < {}", until))
    path = _to_account(object_key)
    if of_partners and path is not None:
        found.append((f"{path}{fields.api('Account', 'type')} = {{}}", PARTNER))
    return [condition for condition, _value in found], [value for _condition, value in found]


def _to_account(object_key: str) -> str | None:
    """The way to the partner that a row belongs to."""
    if object_key == "Account":
        return ""
    reference = fields.of(object_key).names.get(_reference(object_key))
    return f"{soql.relationship(reference)}." if reference else None


def _reference(object_key: str) -> str:
    """Our name of what says whose a row is; the account of an opportunity is the customer, not the partner."""
    return "partner" if object_key == "Opportunity" else "account"
