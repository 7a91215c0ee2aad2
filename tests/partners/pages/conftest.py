"""Partners as Salesforce and people have made them, for the pages about them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from journal.record import Actor
from partners.models import Account
from people.models import User
from tests.conftest import Cast
from tickets.actions import NewTicket, open_ticket
from tickets.models import Ticket
from tickets.models.ticket import Channel

ClientOf = Callable[[User], Client]
MakeAccounts = Callable[..., list[Account]]
OpenTicket = Callable[..., Ticket]


@pytest.fixture
def client_of() -> ClientOf:
    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def partners(db: None) -> MakeAccounts:
    """Many at once, named by number unless `values` name them."""

    def make(count: int, **values: object) -> list[Account]:
        rows = [Account(**{"name": f"Partner {number:04d}", **values}) for number in range(count)]
        return Account.objects.bulk_create(rows)

    return make


@pytest.fixture
def opened(cast: Cast) -> OpenTicket:
    """Opens a ticket of Katrin's, as mail and form do; name what should differ."""

    def make(**values: object) -> Ticket:
        given = {
            "kind": "general",
            "subject": "Cannot register a deal",
            "requester": cast.katrin,
            "body": "The portal says: account not activated.",
            "channel": Channel.FORM,
            **values,
        }
        new = NewTicket(**given)  # type: ignore[arg-type]
        return open_ticket(new, by=Actor(str(new.requester)))

    return make
