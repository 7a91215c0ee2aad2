"""A mail server without SMTPUTF8: who can be reached is reached, and who cannot is named (M-06, F-06)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from mail import outbox
from mail.models import OutgoingMail
from tests.mail.conftest import Desk
from tests.mail.fault_servers import free_port

pytestmark = pytest.mark.django_db


class Old:
    """Takes everything, and keeps what it took."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.taken.append((list(envelope.rcpt_tos), envelope.content))
        await asyncio.sleep(0)
        return "250 2.0.0 Taken"


@pytest.fixture
def old(settings: Any) -> Iterator[Old]:
    handler = Old()
    server = Controller(handler, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=False)
    server.start()
    settings.MAIL_SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": server.port}
    yield handler
    server.stop()


def queue(**given: Any) -> OutgoingMail:
    return outbox.queue(**{"subject": "PO", "body_text": "Hello\n", "purpose": "reply", **given})


def test_one_address_outside_ascii_keeps_the_mail_from_nobody_else(old: Old, desk: Desk) -> None:
    """F-06: the others get it, in ASCII; the one it cannot go to is refused in words, and stands in the head."""
    mail = outbox.send(queue(to=["ana@acme.example"], cc=[("José", "josé@acme.example"), "ben@acme.example"]).pk)
    assert (mail.state, mail.accepted) == ("sent", ["ana@acme.example", "ben@acme.example"])
    assert mail.refused == {"josé@acme.example": "our mail server takes no address with letters outside ASCII"}
    assert "josé@acme.example" in mail.last_error
    ((recipients, raw),) = old.taken
    assert recipients == ["ana@acme.example", "ben@acme.example"]
    assert raw.isascii()
    copies = message_from_bytes(raw, policy=policy.default)["Cc"]
    assert [one.addr_spec for one in copies.addresses] == ["ben@acme.example"]
    assert copies.groups[0].display_name == "josé@acme.example"


def test_a_mail_to_nobody_else_fails_in_words(old: Old, desk: Desk) -> None:
    """M-06: nothing is said to the server about it."""
    mail = outbox.send(queue(to=["josé@acme.example"]).pk)
    assert mail.state == "failed"
    assert "takes no address with letters outside ASCII" in mail.last_error
    assert old.taken == []
