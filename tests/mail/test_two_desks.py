"""Two desks that answer each other, and programs that answer everything: it ends by itself (M-18)."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from mail import composing, inbox
from mail.models import OutgoingMail
from tests.mail.messages import SUPPORT, raw
from tickets.models import Ticket

THEIRS = "help@second.example.com"
TELLING = ("Auto-Submitted", "X-Auto-Response-Suppress", "X-PHD-Loop", "Precedence")
THREADING = ("In-Reply-To", "References", "Message-ID", "Reply-To")
Responder = Callable[[EmailMessage], list[bytes]]


class SecondDesk:
    """The process of `tests.mail.second_desk`."""

    def __init__(self, database: str, folder: Path) -> None:
        known = connection.settings_dict
        host, port = quote(str(known["HOST"]), safe=""), f"&port={known['PORT']}" if known["PORT"] else ""
        login = quote(known["USER"]) + (f":{quote(known['PASSWORD'])}" if known["PASSWORD"] else "")
        given = {
            "DATABASE_URL": f"postgresql://{login}@/{database}?host={host}{port}",
            "REDIS_URL": "redis://127.0.0.1:9/0",  # nobody wakes a worker: the test is its worker
            "VAR_DIR": str(folder),
            "SUPPORT_ADDRESS": THEIRS,
            "DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        }
        command = [sys.executable, "-W", "ignore", "-m", "tests.mail.second_desk"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **given}, cwd=settings.BASE_DIR
        )
        assert self.read() == {"ready": True}

    def read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def __call__(self, message: EmailMessage) -> list[bytes]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"raw": base64.b64encode(bytes(message)).decode()}).encode() + b"\n")
        self.process.stdin.flush()
        return [base64.b64decode(one) for one in self.read()["sent"]]

    def end(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def second(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SecondDesk]:
    """Its database is a copy of the empty one of the tests, which nobody may be connected to meanwhile."""
    with django_db_blocker.unblock():
        connection.close()
    name = f"second_desk_{os.getpid()}"
    known = connection.settings_dict
    server = psycopg2.connect(
        dbname="postgres",
        host=known["HOST"],
        port=known["PORT"] or None,
        user=known["USER"],
        password=known["PASSWORD"],
    )
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {known['NAME']}")
    desk = SecondDesk(name, tmp_path_factory.mktemp("second"))
    yield desk
    desk.end()
    with server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


def play(theirs: Responder, first: bytes, *, relay: tuple[str, ...] = (), rounds: int = 20) -> tuple[int, int]:
    """Both sides get what the other sends, through a relay that takes headers out; how many each has sent."""
    ours_sent = theirs_sent = 0
    arriving = [first]
    for _round in range(rounds):
        for message in arriving:
            inbox.take_in(inbox.store(message, via="command").pk)
        leaving = list(OutgoingMail.objects.filter(state="queued").order_by("created"))
        OutgoingMail.objects.filter(pk__in=[mail.pk for mail in leaving]).update(state="cancelled")
        ours_sent += len(leaving)
        arriving = [
            bytes(without(message_from_bytes(answer, policy=default), relay))
            for mail in leaving
            for answer in theirs(without(message_from_bytes(whole(mail), policy=default), relay))
        ]
        theirs_sent += len(arriving)
        if not arriving:
            return ours_sent, theirs_sent
    pytest.fail(f"It did not end: {ours_sent} and {theirs_sent} mails.")


def whole(mail: OutgoingMail) -> bytes:
    with composing.letter(mail) as letter:
        return b"".join(letter.pieces)


def without(message: Any, names: tuple[str, ...]) -> EmailMessage:
    for name in names:
        del message[name]
    assert isinstance(message, EmailMessage)
    return message


FIRST = raw("Are you there?", **{"from": THEIRS, "message_id": "<first@second.example.com>"})


@pytest.mark.django_db
@pytest.mark.usefixtures("cast")
class TestTwoDesks:
    def test_two_desks_settle_at_once(self, second: SecondDesk) -> None:
        """M-18: two instances configured to answer each other, each its own process and database."""
        ours, theirs = play(second, FIRST)
        assert (ours, theirs) == (1, 0)

    def test_also_when_a_relay_hides_that_they_are_programs(self, second: SecondDesk) -> None:
        """M-18: nothing in the headers tells; at most two messages each."""
        ours, theirs = play(second, FIRST.replace(b"<first@", b"<second@"), relay=TELLING)
        assert ours <= 2
        assert theirs <= 2

    def test_a_responder_without_any_header(self) -> None:
        """M-18: it answers whatever comes, like a person."""
        ours, theirs = play(responder(), FIRST)
        assert ours <= 2
        assert theirs <= 2

    def test_a_responder_that_says_what_it_is(self) -> None:
        """M-17"""
        ours, theirs = play(responder(("Auto-Submitted", "auto-replied")), FIRST)
        assert (ours, theirs) == (1, 1)

    def test_a_responder_that_hides_the_thread_as_well(self) -> None:
        """M-18: each answer is a new request; counting ends it, and its tickets are marked."""
        ours, theirs = play(responder(), FIRST, relay=(*TELLING, *THREADING))
        assert ours <= 5
        assert theirs <= 5
        assert Ticket.objects.filter(tags__name="possible loop").count() == Ticket.objects.count()


def responder(*more: tuple[str, str]) -> Responder:
    """A program that answers every mail with the same words to its sender, threaded like a person's answer."""
    numbers = iter(range(1000))

    def answer(message: EmailMessage) -> list[bytes]:
        reply = EmailMessage()
        reply["From"], reply["To"] = THEIRS, message.get("Reply-To", SUPPORT)
        number = next(numbers)
        reply["Subject"], reply["Message-ID"] = f"Thank you, {number}", f"<auto-{number}@second.example.com>"
        if message.get("Message-ID"):
            reply["In-Reply-To"] = message["Message-ID"]
        for name, value in more:
            reply[name] = value
        reply.set_content("We have received your message and will be with you soon.")
        return [bytes(reply)]

    return answer
