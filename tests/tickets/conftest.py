"""Tickets of the named cast, opened the way the product opens them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from journal.record import Actor
from tests.conftest import Cast
from tickets.actions import NewTicket, open_ticket
from tickets.models import Ticket
from tickets.models.ticket import Channel

OpenTicket = Callable[..., Ticket]


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
