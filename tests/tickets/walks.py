"""A general question, answered and resolved."""

from __future__ import annotations

import pytest

from journal.record import DESK
from tests.steps.walks import walk
from tickets import actions


@walk("general", "answer", "resolve")
def answered(request: pytest.FixtureRequest) -> None:
    cast = request.getfixturevalue("cast")
    ticket = request.getfixturevalue("opened")()
    to = [actions.Recipient(address=cast.katrin.email)]
    actions.reply(ticket, by=cast.nadia, body="Your account is active again.", to=to)
    actions.set_status(ticket, to="solved", by=DESK)
