"""The question to the partner, sent as somebody sends it who has the composer open."""

from __future__ import annotations

from django.db import transaction

from tests.conftest import Cast
from tickets import actions, prepared
from tickets.actions import Recipient
from tickets.models import Message, Ticket


def send_question(ticket: Ticket, cast: Cast) -> Message:
    """Whoever has the composer open sends what is prepared in it."""
    offered = prepared.of(ticket)
    assert offered is not None
    body = offered.body.replace("{{ sender_name }}", str(cast.nadia))
    to = [Recipient(address=one["address"], name=one["name"]) for one in offered.to]
    with transaction.atomic():
        taken = prepared.take(ticket, offered.pk, by=cast.nadia)
        assert taken is not None
        message = actions.reply(ticket, by=cast.nadia, body=body, to=to, then=offered.then)
        prepared.settle(taken, message)
    return message
