"""Makes the demo's people: sign-ins, channel managers, partners and those who write for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partners import matching
from partners.models import Account, AccountDomain, Contact
from people.models import ChannelManager, User
from web import datafiles

DATA = Path(__file__).parent / "people.toml"
PASSWORD = "partner-desk-demo"  # noqa: S105 - printed by `make demo`, for the demo only


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who writes to the desk."""

    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Everybody by the short name the stories use."""

    users: Mapping[str, User]
    writers: Mapping[str, Person]


def make() -> Crowd:
    data = datafiles.read(DATA)
    users = {row["key"]: _user(row) for row in data["user"]}
    managers = {row["name"]: _manager(row, users) for row in data["manager"]}
    accounts = {row["name"]: _account(row, managers) for row in data["account"]}
    for row in data["contact"]:
        _contact(row, accounts, users)
    writers = {row["key"]: Person(name=row["name"], email=row["email"]) for row in data["contact"] + data["stranger"]}
    return Crowd(users=users, writers=writers)


def _user(row: Mapping[str, Any]) -> User:
    found = User.objects.filter(email=row["email"]).first()
    user = found or User.objects.create_user(row["email"], PASSWORD, name=row["name"], role=row["role"])
    user.time_zone, user.region = row["time_zone"], row.get("region", "")
    user.save(update_fields=["time_zone", "region"])
    return user


def _manager(row: Mapping[str, Any], users: Mapping[str, User]) -> ChannelManager:
    values = {"team": row["team"], "region": row["region"], "user": users.get(row.get("user", ""))}
    return ChannelManager.objects.update_or_create(name=row["name"], defaults=values)[0]


def _account(row: Mapping[str, Any], managers: Mapping[str, ChannelManager]) -> Account:
    plain = {key: value for key, value in row.items() if key not in {"domains", "channel_manager"}}
    account = Account.objects.create(**plain, channel_manager=managers[row["channel_manager"]])
    AccountDomain.objects.bulk_create(AccountDomain(account=account, domain=domain) for domain in row["domains"])
    return account


def _contact(row: Mapping[str, Any], accounts: Mapping[str, Account], users: Mapping[str, User]) -> Contact:
    account = accounts.get(row.get("account", "")) or matching.of_domain(row["email"])
    user = users.get(row.get("user", ""))
    known = {"name": row["name"], "account": account, "user": user, "salesforce_id": row["salesforce_id"]}
    return Contact.objects.update_or_create(email=row["email"], defaults=known)[0]
