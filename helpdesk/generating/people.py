"""Who the generated tickets are about: specialists, managers, partners and their contacts, made once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.generating.words import LESS, Writer, name_of
from partners.models import Account, AccountDomain, Contact, Region
from people.models import ChannelManager, User
from people.roles import Role

SPECIALISTS, MANAGERS, ACCOUNTS, CONTACTS = 12, 30, 400, 10
TRACKS = ("Open", "Open", "Select", "Technology", "US PubSec", "GSI")


@dataclass(frozen=True, kw_only=True)
class People:
    specialists: Sequence[User]
    contacts: Sequence[Contact]


def make(writer: Writer) -> People:
    """Rows of an earlier run are used again."""
    chance = writer.chance
    specialists = [_specialist(number) for number in range(1, SPECIALISTS + 1)]
    managers = [_manager(number) for number in range(1, MANAGERS + 1)]
    if not AccountDomain.objects.filter(domain=_domain(1)).exists():
        _accounts(writer, managers)
    rows = Contact.objects.select_related("account__channel_manager").filter(email__endswith=".load.example")
    contacts = sorted(rows, key=lambda contact: contact.pk)
    chance.shuffle(contacts)
    return People(specialists=specialists, contacts=contacts)


def _specialist(number: int) -> User:
    email = f"specialist{number}@load.example"
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, name=f"Specialist {number}", role=Role.SPECIALIST)


def _manager(number: int) -> ChannelManager:
    return ChannelManager.objects.get_or_create(name=f"Channel Manager {number}")[0]


def _accounts(writer: Writer, managers: Sequence[ChannelManager]) -> None:
    accounts = Account.objects.bulk_create(
        _account(number, writer, managers[number % MANAGERS]) for number in range(1, ACCOUNTS + 1)
    )
    numbered = list(enumerate(accounts, start=1))
    AccountDomain.objects.bulk_create(AccountDomain(account=one, domain=_domain(number)) for number, one in numbered)
    Contact.objects.bulk_create(
        Contact(email=f"person{each}@{_domain(number)}", name=name_of(LESS, writer.chance), account=one)
        for number, one in numbered
        for each in range(1, CONTACTS + 1)
    )


def _account(number: int, writer: Writer, manager: ChannelManager) -> Account:
    return Account(
        name=f"{writer.companies[number % len(writer.companies)]} {number}",
        partner_status="Authorized",
        partner_type="Channel",
        track=_pick(TRACKS, writer.chance),
        region=_pick(Region.values, writer.chance),
        channel_manager=manager,
    )


def _domain(number: int) -> str:
    return f"partner{number}.load.example"


def _pick(values: Sequence[str], chance: random.Random) -> str:
    return chance.choice(values)
