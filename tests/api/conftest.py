"""The API over its real stack: tokens of the cast, tickets opened the way the product opens them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from journal.record import Actor
from people.models import User
from people.tokens import issue
from tests.conftest import Cast
from tickets.actions import NewTicket, open_ticket
from tickets.models import Ticket
from tickets.models.ticket import Channel

OpenTicket = Callable[..., Ticket]
ClientOf = Callable[[User], APIClient]


@pytest.fixture
def opened(cast: Cast) -> OpenTicket:
    """Opens a ticket of Katrin's; name what should differ."""

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


@pytest.fixture
def as_user() -> ClientOf:
    """A caller with a token of that person; a crash becomes the 500 a caller would see."""

    def make(user: User) -> APIClient:
        client = APIClient(raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Token {issue(user)}")
        return client

    return make


@pytest.fixture
def desk(cast: Cast, as_user: ClientOf) -> APIClient:
    """Nadia's scripts."""
    return as_user(cast.nadia)


@pytest.fixture
def anybody() -> APIClient:
    return APIClient(raise_request_exception=False)
