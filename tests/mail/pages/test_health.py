"""Lamp, dot and figures turn within two minutes of each fault, and back (R-05)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mail import door, figures, health, lamp, mailboxes
from mail.imap import lock
from mail.models import FetchState, Mailbox, MailServer, OutboundBrake
from tests.mail.pages.conftest import NOBODY, take
from web import memory

pytestmark = pytest.mark.django_db


@pytest.fixture
def fetched() -> FetchState:
    """A mailbox that was read just now."""
    mailbox = Mailbox.objects.create(
        name="Orders", address="orders@gitlab.com", imap_host="imap.example.com", imap_user="orders"
    )
    return FetchState.objects.create(mailbox=mailbox, last_success=timezone.now())


def change(state: FetchState, **values: Any) -> None:
    FetchState.objects.filter(pk=state.pk).update(**values)


def test_a_mailbox_that_is_read_is_no_trouble(fetched: FetchState) -> None:
    assert lamp.read() == ("green", "Mail: all normal")
    assert figures.failing() == {"orders@gitlab.com": 0.0}
    assert 0 <= figures.read_age()["orders@gitlab.com"] < 60
    assert figures.healthy() == 1.0
    assert lamp.dot(None) == ""


def test_a_mailbox_that_fails_is_red_at_once(fetched: FetchState) -> None:
    change(fetched, failing_since=timezone.now(), problem="The password was refused.")
    assert lamp.read() == ("red", "Mail: 1 mailbox cannot be read")
    assert (figures.failing()["orders@gitlab.com"], figures.healthy()) == (1.0, 0.0)
    assert health.readings()[0].problem == "The password was refused."
    change(fetched, failing_since=None, problem="")
    assert lamp.read()[0] == "green"


def test_a_reader_that_died_is_red_after_two_minutes(fetched: FetchState) -> None:
    """Nobody writes a problem down then: the clock says it."""
    change(fetched, last_success=timezone.now() - timedelta(seconds=110))
    assert lamp.read()[0] == "green"
    change(fetched, last_success=timezone.now() - timedelta(seconds=130))
    assert lamp.read()[0] == "red"
    assert "The program that reads it may have stopped." in health.readings()[0].problem


def test_who_listens_for_new_mail_is_not_late(fetched: FetchState) -> None:
    """While somebody is connected and waits with IDLE, five silent minutes are nothing."""
    change(fetched, last_success=timezone.now() - timedelta(minutes=5))
    with lock.held(fetched.mailbox_id) as mine:
        assert mine is not None
        assert lamp.read()[0] == "green"
    assert lamp.read()[0] == "red"


def test_mail_that_is_missing_is_red(fetched: FetchState) -> None:
    """features.md §2 item 2: counted against stored."""
    change(fetched, missing=[3, 4])
    assert lamp.read() == ("red", "Mail: 2 are missing from mailboxes")
    assert figures.missing() == {"orders@gitlab.com": 2.0}


def test_a_mailbox_switched_off_is_nobodys_trouble(fetched: FetchState) -> None:
    change(fetched, failing_since=timezone.now())
    Mailbox.objects.update(active=False)
    assert lamp.read()[0] == "green"


def test_the_brake_comes_first(fetched: FetchState) -> None:
    change(fetched, failing_since=timezone.now())
    OutboundBrake.objects.update_or_create(pk=1, defaults={"engaged": timezone.now()})
    assert lamp.read() == ("red", "Outgoing mail is stopped: 0 wait")
    assert figures.braked() == 1.0
    assert lamp.dot(None) == "Outgoing mail is stopped: 0 wait, 1 mailbox cannot be read"


def test_a_mail_server_that_is_away_is_red() -> None:
    MailServer.objects.create(pk=1, failing_since=timezone.now(), problem="It is away.")
    assert lamp.read() == ("red", "Mail: the mail server is away")


def test_a_message_put_aside_is_amber_and_in_the_dot(desk_hours: None) -> None:
    """M-03"""
    take(NOBODY)
    assert lamp.read() == ("amber", "Mail: 1 is put aside")
    assert lamp.dot(None) == "1 is put aside"
    assert figures.quarantined() == 1.0


@contextmanager
def listening(greeting: bytes) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            line, _address = server.accept()
            with line:
                line.sendall(greeting)

        thread = threading.Thread(target=greet)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def test_the_door_is_found_open_or_shut(settings: Any) -> None:
    """R-05: knocking, as a mail server would."""
    assert door.state().open is None
    with listening(b"220 desk ESMTP\r\n") as place:
        settings.SMTP_DOOR = place
        memory.forget_all()
        assert door.state().open is True
    memory.forget_all()
    assert door.state().open is False
    assert lamp.read() == ("red", "Mail: the SMTP door is shut")
    with listening(b"HTTP/1.1 400 Bad Request\r\n") as place:
        settings.SMTP_DOOR = place
        memory.forget_all()
        assert door.state().words == f"What answers at {place} is no mail server."
    mailboxes.memory.forget()
