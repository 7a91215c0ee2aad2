"""The SMTP door: 250 means committed, everything else means the other side keeps the mail."""

from __future__ import annotations

import asyncio
import os
import signal
import smtplib
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from django.db import OperationalError, connection

from mail import inbox, mailboxes, smtp_door
from mail.models import IncomingMail, Mailbox
from tests.mail.messages import SUPPORT, raw

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def door(db: None) -> Iterator[int]:
    """The door on a free port, in a thread of this process; the port."""
    loop, stop, ports, ready = asyncio.new_event_loop(), asyncio.Event(), [], threading.Event()

    def say(port: int) -> None:
        ports.append(port)
        ready.set()

    serving = smtp_door.serve(host="127.0.0.1", port=0, ready=say, stop=stop)
    thread = threading.Thread(target=loop.run_until_complete, args=[serving])
    thread.start()
    assert ready.wait(10)
    yield ports[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()


@pytest.fixture
def client(door: int, transactional_db: None) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", door, timeout=10) as smtp:
        yield smtp


def test_250_means_stored_and_committed(client: smtplib.SMTP) -> None:
    """M-01, R-03"""
    message = raw("Grüße mit ☃\r\n.\r\n..dots\r\n")
    client.sendmail("ana@acme.example", [SUPPORT], message)
    mail = IncomingMail.objects.get()
    assert inbox.raw_bytes(mail.raw_ref) == message
    assert (mail.via, mail.state, mail.envelope_from, mail.envelope_to) == (
        "smtp",
        "received",
        "ana@acme.example",
        [SUPPORT],
    )


def test_an_empty_sender_is_remembered(client: smtplib.SMTP) -> None:
    client.sendmail("", [SUPPORT], raw())
    assert IncomingMail.objects.get().envelope_from == "<>"


def test_several_recipients_of_one_mailbox_make_one_row(client: smtplib.SMTP) -> None:
    plus = SUPPORT.replace("@", "+phd-1.x@")
    client.sendmail("ana@acme.example", [SUPPORT, plus, SUPPORT.upper()], raw())
    assert IncomingMail.objects.get().envelope_to == [SUPPORT, plus, SUPPORT.upper()]


def test_each_mailbox_gets_its_row(client: smtplib.SMTP) -> None:
    mailboxes.default()
    Mailbox.objects.create(name="Invoices", address="Invoices@gitlab.com")
    client.sendmail("ana@acme.example", [SUPPORT, "invoices@gitlab.com"], raw())
    assert set(IncomingMail.objects.values_list("mailbox__name", flat=True)) == {"Partner Help Desk", "Invoices"}


def test_mail_for_others_is_refused(client: smtplib.SMTP) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        client.sendmail("ana@acme.example", ["somebody@else.example"], raw())
    assert refusal.value.recipients["somebody@else.example"][0] == 550
    assert not IncomingMail.objects.exists()


def test_too_large_is_said_before_the_bytes(client: smtplib.SMTP) -> None:
    """M-13"""
    client.ehlo()
    assert client.esmtp_features["size"] == str(50 * 1024 * 1024)
    answer = client.docmd("MAIL", f"FROM:<ana@acme.example> SIZE={51 * 1024 * 1024}")
    assert answer == (552, b"5.3.4 Messages up to 50 MB are taken here: send a link to what is larger")


def test_eight_deliveries_at_once(door: int) -> None:
    """M-13: more than the door has threads; none is refused."""

    def deliver(number: int) -> None:
        with smtplib.SMTP("127.0.0.1", door, timeout=20) as smtp:
            smtp.sendmail("ana@acme.example", [SUPPORT], raw(message_id=f"<{number}@acme.example>"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(deliver, range(8)))
    assert IncomingMail.objects.count() == 8


def test_an_alias_is_taken(client: smtplib.SMTP) -> None:
    other = Mailbox.objects.create(name="Orders", address="orders@gitlab.com", aliases=["po@gitlab.com"])
    client.sendmail("ana@acme.example", ["po@gitlab.com"], raw())
    assert IncomingMail.objects.get().mailbox == other


def test_long_lines_and_letters_outside_ascii_are_taken(client: smtplib.SMTP) -> None:
    client.ehlo()
    message = raw("x" * 100_000 + "\r\n")
    client.sendmail("jürgen@acme.example", [SUPPORT], message, mail_options=["SMTPUTF8"])
    mail = IncomingMail.objects.get()
    assert inbox.raw_bytes(mail.raw_ref) == message
    assert mail.envelope_from == "jürgen@acme.example"


@pytest.mark.parametrize("broken", [OperationalError("gone"), OSError(28, "No space left on device")])
def test_when_nothing_can_be_stored_the_sender_keeps_it(
    client: smtplib.SMTP, monkeypatch: pytest.MonkeyPatch, broken: Exception
) -> None:
    """F-04, F-10"""

    def fail(*_args: object, **_options: object) -> None:
        raise broken

    with monkeypatch.context() as patch:
        patch.setattr("documents.storing.put", fail)
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            client.sendmail("ana@acme.example", [SUPPORT], raw())
    assert refusal.value.smtp_code == 451
    assert not IncomingMail.objects.exists()
    client.sendmail("ana@acme.example", [SUPPORT], raw())
    assert IncomingMail.objects.count() == 1


def test_the_command_serves_and_ends_on_sigterm() -> None:
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + str(connection.settings_dict["NAME"])).geturl()
    command = [sys.executable, "manage.py", "smtp_door", "--port", "0"]
    process = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        line = process.stdout.readline()
        assert line.startswith("SMTP door on 127.0.0.1:")
        with smtplib.SMTP("127.0.0.1", int(line.rpartition(":")[2]), timeout=10) as smtp:
            smtp.sendmail("ana@acme.example", [SUPPORT], raw())
        assert IncomingMail.objects.count() == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_a_taken_port_is_a_sentence(door: int) -> None:
    command = [sys.executable, "manage.py", "smtp_door", "--port", str(door)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"The SMTP door cannot open 127.0.0.1:{door}" in done.stderr
    assert "Traceback" not in done.stderr
