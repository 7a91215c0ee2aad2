"""Messages put aside for real causes, and people who look at them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

import people.loading
from mail import inbox
from mail.models import IncomingMail
from tests.conftest import Cast
from tests.mail.messages import raw

NOBODY = b"From: \r\nTo: partnersupport@gitlab.com\r\nSubject: Scan 0042\r\nMessage-ID: <scan@mfp>\r\n\r\nOne page\r\n"
As = Callable[[str], Client]


def take(message: bytes, **options: Any) -> IncomingMail:
    return inbox.take_in(inbox.store(message, via="command", **options).pk)


def letter(number: int = 1, *, sender: str = "katrin@northwind.example.com", subject: str = "PO 4711") -> bytes:
    return raw("Hello\r\n", subject=subject, message_id=f"<{number}@northwind.example.com>", **{"from": sender})


@pytest.fixture
def nameless(cast: Cast, desk_hours: None) -> IncomingMail:
    """A scan without a sender: put aside (M-06)."""
    mail = take(NOBODY)
    assert mail.outcome == "quarantined"
    return mail


@pytest.fixture
def as_(cast: Cast) -> As:
    """A browser in which one of the cast has signed in."""

    def signed_in(who: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, who))
        return client

    return signed_in


@pytest.fixture
def desk_hours(db: None) -> None:
    """The calendars that promises are counted in: all of the handbook that a mail needs."""
    people.loading.load()
