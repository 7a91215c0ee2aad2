"""Rows one by one: read, made, changed, upserted, deleted, each with the vendor's checks and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from sandbox.salesforce import checks, ids, objects
from sandbox.salesforce.errors import FAULTS, Problem
from sandbox.salesforce.schema import Field, SObject
from sandbox.salesforce.seeding import closed, complete, full_name
from sandbox.salesforce.settings import Settings
from sandbox.salesforce.store import Row, Store, read

GOES_WITH = {
    "Account": (objects.CONTACT, objects.OPPORTUNITY),
    "ContentDocument": (objects.CONTENT_DOCUMENT_LINK, objects.CONTENT_VERSION),
    "FeedItem": (objects.FEED_ATTACHMENT,),
    "Opportunity": (objects.QUOTE,),
}
PARENT = {
    "Account": "AccountId",
    "ContentDocument": "ContentDocumentId",
    "FeedItem": "FeedEntityId",
    "Opportunity": "OpportunityId",
}


@dataclass(frozen=True, kw_only=True)
class Records:
    """What one user does; `user` is an id."""

    store: Store
    settings: Settings
    user: str

    def get(self, sobject: SObject, identity: str) -> Row:
        """404 for what is not there, and for what was deleted."""
        row = self.store.one(sobject, ids.full(identity) or "-")
        if row is None:
            raise Problem("NOT_FOUND", "The requested resource does not exist", status=404)
        if row["IsDeleted"]:
            raise Problem("ENTITY_IS_DELETED", "entity is deleted", status=404, fields=[])
        return row

    def create(self, sobject: SObject, given: Mapping[str, Any]) -> str:
        """The new row's id."""
        with self.store.turn():
            values = checks.for_create(self.store, sobject, given)
            stamp = self.store.stamp()
            by = {"CreatedById": self.user, "LastModifiedById": self.user}
            owner = {"OwnerId": values.get("OwnerId") or self.user} if sobject.has("OwnerId") else {}
            identity = self.store.new_id(sobject.prefix)
            row = complete(sobject, {**values, **by, **owner, "Id": identity}, stamp=stamp)
            if sobject is objects.CASE:
                row["CaseNumber"] = f"{self.store.number('CaseNumber') + 1000:08d}"
            self.store.insert(sobject, [row])
            return identity

    def update(self, sobject: SObject, identity: str, given: Mapping[str, Any]) -> None:
        with self.store.turn():
            row = self.get(sobject, identity)
            self.unlocked(row)
            values = checks.for_update(self.store, sobject, given, row=row)
            if "LastName" in row and {"FirstName", "LastName"} & values.keys():
                values["Name"] = full_name({**row, **values})
            self.touch(sobject, row["Id"], values)

    def upsert(self, sobject: SObject, field: Field, value: str, given: Mapping[str, Any]) -> tuple[str, bool]:
        """The id, and whether the row is new."""
        with self.store.turn():
            found = self.by_external(sobject, field, value)
            if found is None:
                return self.create(sobject, {**given, field.name: value}), True
            self.update(sobject, found["Id"], given)
            return found["Id"], False

    def by_external(self, sobject: SObject, field: Field, value: str) -> Row | None:
        """The one row with this key; several are answered with a list of them."""
        folded = value.casefold()
        sql = f'SELECT Id FROM "{sobject.name}" WHERE fold("{field.name}") = ? AND IsDeleted = 0'  # noqa: S608 - names of our schema
        found = self.store.rows(sql, [folded])
        if len(found) > 1:
            raise Several([row[0] for row in found])
        return self.store.one(sobject, found[0][0]) if found else None

    def delete(self, sobject: SObject, identity: str) -> None:
        """Into the recycle bin, with what hangs on it."""
        with self.store.turn():
            row = self.get(sobject, identity)
            self.unlocked(row)
            self.touch(sobject, row["Id"], {"IsDeleted": 1})
            for child in GOES_WITH.get(sobject.name, ()):
                for one in self.store.where(child, PARENT[sobject.name], row["Id"], tail="AND IsDeleted = 0"):
                    self.touch(child, one["Id"], {"IsDeleted": 1})

    def touch(self, sobject: SObject, identity: str, values: Row) -> None:
        """Changes values that were checked, and says when and by whom."""
        stamp = self.store.stamp()
        changed: Row = {"LastModifiedDate": stamp, "SystemModstamp": stamp, "LastModifiedById": self.user}
        if {"Status", "StageName"} & values.keys():
            changed |= closed({**dict.fromkeys(one.name for one in sobject.fields), **values})
        self.store.change(sobject, identity, {**values, **changed})

    def unlocked(self, row: Row) -> None:
        if row["Id"] in {ids.full(one) for one in self.settings.locked}:
            raise FAULTS["lock"]


class Several(Exception):  # noqa: N818 - it is an answer: 300
    """The key is not unique; `found` are the ids."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("several rows have this key")
        self.found = found


def shown(sobject: SObject, row: Row, *, base: str, wanted: list[str] | None = None) -> dict[str, Any]:
    """A record as GET answers it."""
    address = f"{base}/sobjects/{sobject.name}/{row['Id']}"
    record: dict[str, Any] = {"attributes": {"type": sobject.name, "url": address}}
    for one in sobject.fields:
        if wanted is None or one.name in wanted or one.name == "Id":
            value = row[one.name]
            value = bool(value) if one.type == "boolean" else value
            record[one.name] = f"{address}/VersionData" if one.type == "base64" else value
    return record


def guard(row: Row, headers: Mapping[str, str]) -> None:
    """412 when the row was changed after the date, or is not the version, that the request names."""
    since, match = headers.get("if-unmodified-since"), headers.get("if-match")
    if match and match.strip() not in {"*", etag(row)}:
        raise FAULTS["412"]
    if since:
        try:
            limit = parsedate_to_datetime(since)
        except ValueError as problem:
            raise Problem("INVALID_HEADER", f"Invalid date in the header If-Unmodified-Since: {since}") from problem
        if read(row["LastModifiedDate"]).replace(microsecond=0) > limit:
            raise FAULTS["412"]


def versioned(sobject: SObject, row: Row) -> dict[str, str]:
    """The headers of a record; only accounts have an ETag."""
    headers = {"Last-Modified": format_datetime(read(row["LastModifiedDate"]), usegmt=True)}
    return {**headers, "ETag": etag(row)} if sobject is objects.ACCOUNT else headers


def etag(row: Row) -> str:
    return f'"{row["SystemModstamp"]}"'
