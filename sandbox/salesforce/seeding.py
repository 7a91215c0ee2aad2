"""The rows the sandbox begins with (`data/salesforce.toml`), and many more for a benchmark."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.salesforce import ids, papers
from sandbox.salesforce.objects import ACCOUNT, CONTACT, OBJECTS
from sandbox.salesforce.schema import SObject
from sandbox.salesforce.store import Row, Store, written

SEED = Path(__file__).parent.parent / "data" / "salesforce.toml"
FIRST = datetime(2022, 11, 1, 6, tzinfo=UTC)  # when the first row was made; each further one a minute later
AT_ONCE = 200  # rows of a bulk load that share a moment, as they do at the vendor
STATUSES = ("Authorized", "Authorized", "Authorized", "Prospect", "Pending", "NDA", "Former")
COUNTRIES = ("DE", "FR", "US", "JP", "GB", "BR", "IN", "AU")
WON, LOST = "Closed Won", {"8-Closed Lost", "9-Unqualified"}
FIRST_NAMES = ("Ana", "Björn", "Chloé", "Dae", "Emeka", "Fatima", "Giulia", "Hana", "Iván", "Jun")
LAST_NAMES = ("Silva", "Núñez", "Okoye", "Tanaka", "Weiß", "O'Neill", "Kovács", "Lindqvist", "Rossi", "Demir")


@dataclass(frozen=True, kw_only=True)
class Consumer:
    """A connected app and whom an administrator let use it."""

    key: str
    secret: str
    approved: tuple[str, ...]


@cache
def seed() -> dict[str, Any]:
    return tomllib.loads(SEED.read_text(encoding="utf-8"))


@cache
def hanging() -> tuple[papers.Rows, dict[str, bytes]]:
    return papers.hanging(seed())


@cache
def first_rows() -> dict[str, list[Row]]:
    """Of each object, complete; the same at each reset."""
    made: dict[str, list[Row]] = {}
    moment = FIRST
    for name in OBJECTS:
        made[name] = []
        for row in (*seed().get(name, []), *hanging()[0].get(name, [])):
            made[name].append(complete(OBJECTS[name], row, stamp=written(moment)))
            moment += timedelta(minutes=1)
    return made


def consumers() -> dict[str, Consumer]:
    made = [Consumer(key=one["key"], secret=one["secret"], approved=tuple(one["approved"])) for one in seed()["app"]]
    return {one.key: one for one in made}


def reset(store: Store) -> None:
    """The seed and nothing else: every row, every session and every setting of before is gone."""
    with store.turn():
        store.empty()
        for name, rows in first_rows().items():
            store.insert(OBJECTS[name], rows)
        for version, content in hanging()[1].items():
            store.run("INSERT INTO content VALUES (?, ?)", [version, content])


def complete(sobject: SObject, given: Row, *, stamp: str) -> Row:
    """All columns of a row, with the defaults and what the vendor fills in."""
    row: Row = {one.name: stored(given.get(one.name, one.default)) for one in sobject.fields}
    if {"FirstName", "LastName"} <= row.keys():
        row["Name"] = full_name(row)
    author = seed()["User"][0]["Id"]
    defaults: Row = {"CreatedDate": stamp, "LastModifiedDate": stamp, "SystemModstamp": stamp}
    defaults |= {"CreatedById": author, "LastModifiedById": author, "OwnerId": author, "IsDeleted": 0}
    for name, value in defaults.items():
        if name in row and row[name] is None:
            row[name] = value
    return row | closed(row)


def closed(row: Row) -> Row:
    """A case is closed by its status and an opportunity by its stage; nobody writes the fields themselves."""
    if "IsWon" in row:
        stage = str(row["StageName"])
        return {"IsWon": int(stage == WON), "IsClosed": int(stage == WON or stage in LOST)}
    return {"IsClosed": int(row["Status"] == "Closed")} if "IsClosed" in row else {}


def full_name(row: Row) -> str:
    return f"{row['FirstName'] or ''} {row['LastName'] or ''}".strip()


def stored(value: object) -> object:
    """As a column keeps it."""
    if isinstance(value, datetime):
        return written(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ";".join(value)
    return int(value) if isinstance(value, bool) else value


def bulk(store: Store, *, accounts: int, contacts: int) -> dict[str, int]:
    """So many more partners and people at them, in one go."""
    with store.turn():
        first = store.number(ACCOUNT.prefix, count=accounts)
        numbers = range(first, first + accounts)
        insert(store, ACCOUNT, [partner(number) for number in numbers])
        first = store.number(CONTACT.prefix, count=contacts)
        insert(store, CONTACT, [person(n, numbers) for n in range(first, first + contacts)])
    return {"accounts": accounts, "contacts": contacts}


def insert(store: Store, sobject: SObject, rows: list[Row]) -> None:
    """Rows whose values are as columns keep them."""
    for start in range(0, len(rows), AT_ONCE):
        stamp = store.stamp()
        common = complete(sobject, {}, stamp=stamp)
        store.insert(sobject, [{**common, **row} for row in rows[start : start + AT_ONCE]])


def partner(number: int) -> Row:
    return {
        "Id": ids.numbered(ACCOUNT.prefix, number),
        "Name": f"Partner {number:06d} {LAST_NAMES[number % 10]} GmbH",
        "Type": "Partner",
        "Partners_Partner_Status__c": STATUSES[number % len(STATUSES)],
        "Partners_Partner_Type__c": "Channel",
        "Partner_Track__c": ("Open", "Select")[number % 2],
        "Public_Sector_Partner__c": "No",
        "Website": f"https://www.partner-{number}.example",
        "BillingCountry": COUNTRIES[number % len(COUNTRIES)],
    }


def person(number: int, partners: range) -> Row:
    at = partners[number % len(partners)] if partners else 0
    first, last = FIRST_NAMES[number % 10], LAST_NAMES[number // 10 % 10]
    return {
        "Id": ids.numbered(CONTACT.prefix, number),
        "AccountId": ids.numbered(ACCOUNT.prefix, at) if at else None,
        "FirstName": first,
        "LastName": f"{last} {number}",
        "Name": f"{first} {last} {number}",
        "Email": f"person.{number}@partner-{at}.example",
        "Active__c": int(number % 50 != 0),
    }
