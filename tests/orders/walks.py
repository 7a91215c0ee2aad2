"""Orders walked from the mail to their end, at the sandbox's Salesforce; what people do there is played."""

from __future__ import annotations

import pytest
from django.db import transaction

from people.models import User
from tests.conftest import Cast
from tests.orders.stray import HAVELLAND, agreed, offered, sent, step, worked, world
from tests.steps.walks import walk
from tickets import actions, prepared, steps
from tickets.actions import Recipient
from tickets.models import SolvedReason, Ticket

ALL = ("read", "order_ops", "find", "choose", "people", "answer", "send", "solve")


def cast_of(request: pytest.FixtureRequest) -> Cast:
    request.getfixturevalue("handbook")
    request.getfixturevalue("sandbox")
    cast: Cast = request.getfixturevalue("cast")
    world(cast)
    return cast


def chosen(ticket: Ticket, by: User) -> None:
    worked(ticket)
    steps.confirm(step(ticket, "choose"), {"opportunity": HAVELLAND, "other": ""}, by=by)
    worked(ticket)


def answered(ticket: Ticket, by: User) -> None:
    """As the composer sends it: the reply and that it was the prepared one are one transaction."""
    with transaction.atomic():
        reply = prepared.take(ticket, offered(ticket).pk, by=by)
        assert reply is not None
        to = [Recipient(address=row["address"], name=row["name"]) for row in reply.to]
        message = actions.reply(ticket, by=by, body="It is with them now.", to=to)
        prepared.settle(reply, message)
    worked(ticket)
    ticket.refresh_from_db()
    assert ticket.solved_reason == SolvedReason.REDIRECTED


@walk("purchase_order", *ALL, "document", "attach")
def an_order_nobody_can_read(request: pytest.FixtureRequest) -> None:
    cast = cast_of(request)
    ticket = sent("Customer: Havelland Klinik AG", {"one.txt": b"Net 30", "two.txt": b"Net 60"})
    chosen(ticket, cast.nadia)
    agreed(ticket, cast.nadia)
    answered(ticket, cast.nadia)


@walk("quote_request", *ALL)
def a_quote_for_somebody(request: pytest.FixtureRequest) -> None:
    cast = cast_of(request)
    ticket = sent("We need a quote. Customer: Havelland Klinik AG", Subject="Quote request for Havelland Klinik AG")
    chosen(ticket, cast.nadia)
    answered(ticket, cast.nadia)


@walk("order_status", *ALL)
def how_an_order_stands(request: pytest.FixtureRequest) -> None:
    cast = cast_of(request)
    ticket = sent("What is the status? Customer: Havelland Klinik AG", Subject="Order status, Havelland Klinik AG")
    chosen(ticket, cast.nadia)
    answered(ticket, cast.nadia)
