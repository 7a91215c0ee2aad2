"""A mail server that is away or hangs: workers are free quickly, one probe at a time, and then everything leaves."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from mail import outage, outbox, slots, tasks
from mail.models import MailServer, OutboundBrake, OutgoingMail
from tests.mail.certificates import Authority
from tests.mail.conftest import Desk, Sandbox

pytestmark = pytest.mark.django_db


def queue(**given: Any) -> OutgoingMail:
    values: dict[str, Any] = {"to": ["ana@acme.example"], "subject": "PO", "body_text": "Hello\n", "purpose": "reply"}
    return outbox.queue(**{**values, **given})


@pytest.fixture
def silent(settings: Any) -> Iterator[socket.socket]:
    """A server that takes the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.MAIL_SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": listening.getsockname()[1]}
        yield listening


def rested() -> None:
    MailServer.objects.update(resting_until=timezone.now() - timedelta(seconds=1))


def test_while_the_server_is_away_nobody_waits_for_it(
    silent: socket.socket, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F-06: the first mail finds out; the others are not even tried, and none loses an attempt or its place."""
    monkeypatch.setattr("mail.smtp.TIMEOUT", 0.2)
    first, *others = [outbox.send(mail.pk) for mail in [queue() for _ in range(5)]]
    silent.settimeout(0)
    silent.accept()[0].close()
    with pytest.raises(BlockingIOError):
        silent.accept()
    assert (first.state, first.attempts) == ("queued", 1)
    assert [(one.state, one.attempts) for one in others] == [("queued", 0)] * 4
    assert outage.words().startswith("The mail server is away. The mail server did not answer (")
    assert tasks.due_outgoing() == []


def test_after_the_rest_one_mail_tries_and_all_follow(
    silent: socket.socket, sandbox: Sandbox, desk: Desk, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F-06: the rests grow; the first answer ends them."""
    answering = settings.MAIL_SMTP
    settings.MAIL_SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 1}
    mails = [queue() for _ in range(3)]
    rests = []
    for mail in mails:
        outbox.send(mail.pk)
        server = outage.current()
        assert server.resting_until is not None
        rests.append((server.resting_until - timezone.now()).total_seconds())
        rested()
    assert all(least - 1 < rest < 1.2 * least + 1 for least, rest in zip([10, 20, 40], rests, strict=True))
    OutgoingMail.objects.update(next_try=timezone.now())
    assert len(tasks.due_outgoing()) == 1
    assert outage.may_probe()
    assert not outage.may_probe()
    settings.MAIL_SMTP = answering
    assert outbox.send(mails[0].pk).state == "queued"  # somebody else is the probe
    rested()
    assert outbox.send(mails[0].pk).state == "sent"
    assert (outage.words(), outage.current().failures) == ("", 0)
    assert sorted(tasks.due_outgoing()) == sorted(str(mail.pk) for mail in mails[1:])


def test_one_broken_conversation_is_no_outage(sandbox: Sandbox, desk: Desk) -> None:
    """F-06: a message the server stumbles over does not stop the others; two in a row do."""
    sandbox.fault("drop", times=1)
    assert outbox.send(queue().pk).state == "queued"
    assert outbox.send(queue().pk).state == "sent"
    assert outage.current().failures == 0
    sandbox.fault("drop", times=2)
    outbox.send(queue().pk)
    outbox.send(queue().pk)
    assert outage.words()


def test_a_word_of_refusal_is_no_outage(sandbox: Sandbox, desk: Desk) -> None:
    sandbox.fault("451", times=3)
    for _ in range(3):
        assert outbox.send(queue().pk).attempts == 1
    assert not outage.words()


def test_the_48_hours_pass_while_nobody_tries(desk: Desk, settings: Any) -> None:
    """F-06: what waited too long behind an outage fails visibly, with the reason."""
    settings.MAIL_SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 1}
    outbox.send(queue().pk)
    late = queue()
    OutgoingMail.objects.filter(pk=late.pk).update(give_up=timezone.now() - timedelta(seconds=1))
    tasks.sweep_mail()
    late.refresh_from_db()
    assert late.state == "failed"
    assert late.last_error.endswith("After 48 hours we stopped. Try again when the mail server works.")
    assert ("PO", "failed") in desk.told


def test_what_the_brake_holds_is_not_given_up_in_an_outage(desk: Desk, settings: Any) -> None:
    """F-06, R-05: it could not have left anyway; the release gives it another 48 hours. A sign-in could."""
    settings.MAIL_SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 1}
    outbox.send(queue().pk)
    held, free = queue(), queue(purpose="sign_in")
    OutgoingMail.objects.filter(pk__in=[held.pk, free.pk]).update(give_up=timezone.now() - timedelta(seconds=1))
    OutboundBrake.objects.create(engaged=timezone.now(), reason="600 mails")
    tasks.sweep_mail()
    held.refresh_from_db()
    free.refresh_from_db()
    assert (held.state, free.state) == ("queued", "failed")


def test_what_was_tried_in_an_outage_does_not_wait_for_its_long_pause(
    sandbox: Sandbox, desk: Desk, settings: Any
) -> None:
    """F-06: the server is back, so they leave a second apart; who was greylisted before keeps the pause."""
    answering = settings.MAIL_SMTP
    settings.MAIL_SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 1}
    greylisted, *tried = [queue() for _ in range(4)]
    soon = timezone.now() + timedelta(minutes=30)
    OutgoingMail.objects.filter(pk=greylisted.pk).update(attempts=5, next_try=soon - timedelta(minutes=10))
    for mail in tried[:3]:
        OutgoingMail.objects.filter(pk=mail.pk).update(attempts=6)
        outbox.send(mail.pk)
        rested()
    assert all(mail.next_try > soon for mail in OutgoingMail.objects.filter(pk__in=[one.pk for one in tried]))
    settings.MAIL_SMTP = answering
    assert outbox.send(queue().pk).state == "sent"
    waits = list(OutgoingMail.objects.filter(pk__in=[one.pk for one in tried]).order_by("created"))
    assert all(mail.next_try < timezone.now() + timedelta(seconds=5) for mail in waits)
    assert [(two.next_try - one.next_try).total_seconds() for one, two in pairwise(waits)] == [1, 1]
    assert OutgoingMail.objects.get(pk=greylisted.pk).next_try == soon - timedelta(minutes=10)


def test_no_conversation_is_longer_than_its_time(
    silent: socket.socket, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F-06: a server that says a letter now and then never runs into a timeout; the whole has one."""
    monkeypatch.setattr("mail.smtp.LONGEST", 0.5)
    server = threading.Thread(target=drip, args=[silent], daemon=True)
    server.start()
    began = time.monotonic()
    assert outbox.send(queue().pk).state == "queued"
    assert time.monotonic() - began < 20


def drip(listening: socket.socket) -> None:
    line, _address = listening.accept()
    with closing(line):
        line.sendall(b"220 hello\r\n")
        try:
            while True:
                line.sendall(b"2")
                time.sleep(0.05)
        except OSError:
            return


@pytest.mark.parametrize(
    ("trusted", "expired", "words"),
    [
        (True, True, "The certificate of the mail server has expired, so nothing is sent."),
        (False, False, "The certificate of the mail server cannot be trusted ("),
    ],
)
def test_a_bad_certificate_is_named(
    authority: Authority,
    desk: Desk,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    *,
    trusted: bool,
    expired: bool,
    words: str,
) -> None:
    """F-06: TLS expired, and TLS of a stranger."""
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certificate("127.0.0.1", expired=expired))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.MAIL_SMTP = {
            "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": listening.getsockname()[1], "EMAIL_USE_SSL": True,
        }  # fmt: skip
        greeter = threading.Thread(target=greet, args=[listening, context], daemon=True)
        greeter.start()
        mail = outbox.send(queue().pk)
        greeter.join()
    assert mail.state == "queued"
    assert mail.last_error.startswith(words)
    assert mail.last_error.endswith("We try again by ourselves.")


def greet(listening: socket.socket, context: ssl.SSLContext) -> None:
    line, _address = listening.accept()
    try:
        context.wrap_socket(line, server_side=True).close()
    except OSError:
        line.close()


@pytest.mark.django_db(transaction=True)
def test_a_hanging_server_holds_as_many_workers_as_it_has_connections(
    silent: socket.socket, desk: Desk, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F-06: total connections capped; the next worker turns to other work at once, the row waits."""
    monkeypatch.setattr("mail.smtp.TIMEOUT", 20)
    settings.MAIL_CONNECTIONS = 1
    mails = [queue() for _ in range(2)]
    hanging = threading.Thread(target=send_and_close, args=[mails[0]])
    hanging.start()
    line, _address = silent.accept()  # now the other has it
    assert outbox.send(mails[1].pk).state == "queued"
    assert hanging.is_alive()
    line.close()
    hanging.join()
    number = slots.take()
    assert number == 1
    slots.give_back(1)


def send_and_close(mail: OutgoingMail) -> None:
    try:
        outbox.send(mail.pk)
    finally:
        connections.close_all()
