"""Mail out over real SMTP: sent once, tried again with the same name, refused in words people understand."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from celery import Celery
from django.db import connections, transaction
from django.utils import timezone

from documents import storing
from mail import addresses, announcing, envelopes, hooks, outbox, tasks
from mail.models import MailServer, OutgoingMail
from mail.outbox import BadEnvelope
from mail.smtp import Delivery
from tests.mail.conftest import Desk, Sandbox
from web import nudging

pytestmark = pytest.mark.django_db


def queue(**given: Any) -> OutgoingMail:
    values: dict[str, Any] = {"to": [("Ana Silva", "ana@acme.example")], "subject": "PO 4711", "body_text": "Hello\n"}
    return outbox.queue(**{**values, "purpose": "reply", "token_key": "PHD-1042", **given})


def caught(sandbox: Sandbox, mail: OutgoingMail) -> EmailMessage:
    """The one caught message of that Message-ID, read by the standard library."""
    [number] = [one["id"] for one in sandbox.messages() if one["message_id"] == mail.message_id]
    message = message_from_bytes(sandbox.raw(number), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def due(mail: OutgoingMail) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(next_try=timezone.now() - timedelta(seconds=1))


def test_a_reply_arrives_whole(sandbox: Sandbox, desk: Desk) -> None:
    pdf = storing.store(b"%PDF-1.4", name="Übersicht März.pdf")
    mail = queue(
        cc=["bo@acme.example"],
        bcc=["log@gitlab.example"],
        subject="Re: Ihre Bestellung für März [PHD-1042]",
        body_text="Grüße\n",
        body_html="<p>Grüße</p>",
        attachments=[(pdf, "Übersicht März.pdf")],
        from_name="Nadia Okafor, Partner Help Desk",
        in_reply_to="<1@acme.example>",
        references=["<0@acme.example>", "<1@acme.example>"],
    )
    sent = outbox.send(mail.pk)
    assert (sent.state, sent.last_error, sent.server_reply[:3]) == ("sent", "", "250")
    assert sent.accepted == ["ana@acme.example", "bo@acme.example", "log@gitlab.example"]
    assert sent.sent_at is not None
    message = caught(sandbox, mail)
    assert message["Subject"] == "Re: Ihre Bestellung für März [PHD-1042]"
    assert message["From"] == '"Nadia Okafor, Partner Help Desk" <partnersupport@gitlab.com>'
    assert message["To"] == "Ana Silva <ana@acme.example>"
    assert (message["Cc"], message["Bcc"]) == ("bo@acme.example", None)
    assert addresses.read_token(str(message["Reply-To"])) == "PHD-1042"
    assert addresses.token_in_message_id(message["Message-ID"]) == "PHD-1042"
    assert message["In-Reply-To"] == "<1@acme.example>"
    assert message["References"].split() == ["<0@acme.example>", "<1@acme.example>"]
    assert addresses.is_own_loop_header(message["X-PHD-Loop"])
    assert message["Auto-Submitted"] is None
    plain, markup = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert markup is not None
    assert plain.get_content() == "Grüße\r\n"
    assert "<p>Grüße</p>" in markup.get_content()
    [file] = message.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("Übersicht März.pdf", "application/pdf")
    assert file.get_payload(decode=True) == b"%PDF-1.4"
    [envelope] = [one for one in sandbox.messages() if one["message_id"] == mail.message_id]
    assert envelope["envelope_from"] == addresses.reply_address("PHD-1042")


def test_automatic_mail_says_so(sandbox: Sandbox, desk: Desk) -> None:
    """M-16"""
    mail = queue(automatic=True, purpose="acknowledgement")
    outbox.send(mail.pk)
    message = caught(sandbox, mail)
    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    notice = queue(automatic=True, purpose="notice")
    outbox.send(notice.pk)
    assert caught(sandbox, notice)["Auto-Submitted"] == "auto-generated"


def test_sending_twice_sends_once(sandbox: Sandbox, desk: Desk) -> None:
    """R-02"""
    mail = queue()
    outbox.send(mail.pk)
    outbox.send(mail.pk)
    assert len([one for one in sandbox.messages() if one["message_id"] == mail.message_id]) == 1
    assert desk.told == [("PO 4711", "sent")]


def test_a_temporary_refusal_is_tried_again_under_the_same_name(sandbox: Sandbox, desk: Desk) -> None:
    """R-02, F-06"""
    sandbox.fault("451", times=1)
    mail = queue()
    waiting = outbox.send(mail.pk)
    assert (waiting.state, waiting.attempts) == ("queued", 1)
    assert waiting.last_error == (
        "The mail server asked us to wait: 451 4.7.1 Greylisted, try again later. We try again by ourselves."
    )
    assert timedelta(seconds=50) < waiting.next_try - timezone.now() < timedelta(seconds=70)
    assert outbox.send(mail.pk).attempts == 1
    due(mail)
    sent = outbox.send(mail.pk)
    assert (sent.state, sent.attempts, sent.message_id, sent.last_error) == ("sent", 2, mail.message_id, "")
    caught(sandbox, mail)


def test_a_refused_address_fails_with_a_sentence(sandbox: Sandbox, desk: Desk) -> None:
    """F-06"""
    sandbox.fault("550", address="ana@acme.example")
    mail = outbox.send(queue().pk)
    assert mail.state == "failed"
    assert mail.last_error == (
        "The mail server of acme.example refused the address ana@acme.example: 550 5.1.1 No such user."
        " Check the address, then try again."
    )
    assert desk.told == [("PO 4711", "failed")]


def test_a_refused_message_fails_with_a_sentence(sandbox: Sandbox, desk: Desk) -> None:
    sandbox.fault("550")
    mail = outbox.send(queue().pk)
    assert (mail.state, mail.last_error) == ("failed", "The mail server refused the message: 550 5.1.1 No such user.")


def test_one_refused_recipient_does_not_hold_the_others(sandbox: Sandbox, desk: Desk) -> None:
    """F-06"""
    sandbox.fault("550", address="bo@acme.example")
    mail = outbox.send(queue(cc=["bo@acme.example"]).pk)
    assert (mail.state, mail.accepted) == ("sent", ["ana@acme.example"])
    assert mail.refused == {"bo@acme.example": "550 5.1.1 No such user"}
    assert mail.last_error == (
        "The mail server of acme.example refused the address bo@acme.example: 550 5.1.1 No such user."
        " Check the address, then write to it again."
    )


def test_a_delayed_recipient_is_tried_alone(sandbox: Sandbox, desk: Desk) -> None:
    sandbox.fault("451", address="bo@acme.example", times=1)
    mail = queue(cc=["bo@acme.example"])
    assert outbox.send(mail.pk).accepted == ["ana@acme.example"]
    due(mail)
    assert outbox.send(mail.pk).state == "sent"
    recipients = [one["recipients"] for one in sandbox.messages() if one["message_id"] == mail.message_id]
    assert recipients == [["bo@acme.example"], ["ana@acme.example"]]


def test_a_dropped_connection_is_tried_again(sandbox: Sandbox, desk: Desk) -> None:
    """F-06, R-03: a crash after DATA may send a second copy, with the same Message-ID, never none."""
    sandbox.fault("drop_after", times=1)
    mail = queue()
    assert outbox.send(mail.pk).state == "queued"
    due(mail)
    assert outbox.send(mail.pk).state == "sent"
    copies = [one for one in sandbox.messages() if one["message_id"] == mail.message_id]
    assert len(copies) == 2


def test_a_dead_server_is_tried_again(settings: Any, desk: Desk) -> None:
    """F-06"""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.MAIL_SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": closed.getsockname()[1]}
        mail = outbox.send(queue().pk)
    assert mail.state == "queued"
    assert mail.last_error.startswith("The mail server did not answer (")


def test_a_hanging_server_is_left_after_a_while(settings: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """F-06"""
    monkeypatch.setattr("mail.smtp.TIMEOUT", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.MAIL_SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": silent.getsockname()[1]}
        mail = outbox.send(queue().pk)
    assert (mail.state, mail.attempts) == ("queued", 1)


def test_after_48_hours_it_is_given_up(settings: Any, desk: Desk) -> None:
    """F-06"""
    settings.MAIL_SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 1}
    mail = queue()
    OutgoingMail.objects.filter(pk=mail.pk).update(give_up=timezone.now(), attempts=20)
    failed = outbox.send(mail.pk)
    assert failed.state == "failed"
    assert failed.last_error.endswith("After 48 hours we stopped. Try again when the mail server works.")


def test_the_pauses_grow_to_four_hours(settings: Any, desk: Desk) -> None:
    settings.MAIL_SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 1}
    mail = queue()
    pauses = []
    for _ in range(9):
        due(mail)
        MailServer.objects.all().delete()  # it would rest
        pauses.append((outbox.send(mail.pk).next_try - timezone.now()).total_seconds() / 60)
    least = [1, 2, 5, 15, 30, 60, 120, 240, 240]
    assert all(few - 0.1 < pause < 1.1 * few + 0.1 for few, pause in zip(least, pauses, strict=True))


def test_undo_works_until_somebody_sends(sandbox: Sandbox, desk: Desk) -> None:
    mail = queue(not_before=timezone.now() + timedelta(seconds=10))
    assert outbox.send(mail.pk).state == "queued"
    assert outbox.cancel(mail)
    due(mail)
    assert outbox.send(mail.pk).state == "cancelled"
    sent = queue()
    outbox.send(sent.pk)
    assert not outbox.cancel(sent)


def test_a_dead_workers_mail_goes_back_into_the_queue(sandbox: Sandbox, desk: Desk) -> None:
    """F-01"""
    mail = queue()
    assert outbox.claim(mail)
    assert tasks.due_outgoing() == []
    OutgoingMail.objects.filter(pk=mail.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert tasks.due_outgoing() == [str(mail.pk)]
    assert outbox.send(mail.pk).state == "sent"


def test_a_worker_whose_claim_ran_out_changes_nothing_but_what_was_taken(sandbox: Sandbox, desk: Desk) -> None:
    """R-02: it cannot take the mail from its new worker; that the server has it counts all the same."""
    mail = queue()
    assert outbox.claim(mail)
    OutgoingMail.objects.filter(pk=mail.pk).update(claimed_until=timezone.now() + timedelta(minutes=9))  # another's
    outbox.postpone(mail, "late")
    outbox.fail(mail, "late")
    assert OutgoingMail.objects.get(pk=mail.pk).state == "sending"
    OutgoingMail.objects.filter(pk=mail.pk).update(state="queued", claimed_until=None)
    outbox.record(mail, Delivery(accepted=["ana@acme.example"], reply="250 OK"))
    assert OutgoingMail.objects.get(pk=mail.pk).state == "sent"


def test_states_move_only_as_written() -> None:
    mail = queue()
    assert not outbox.move(mail, "sent", source="sending", sent_at=timezone.now())
    assert not outbox.move(mail, "queued")
    mail.refresh_from_db()
    assert mail.state == "queued"


def test_a_callback_that_fails_is_called_again(sandbox: Sandbox, desk: Desk) -> None:
    def stumble(_mail: OutgoingMail) -> None:
        raise ValueError

    hooks.callbacks[:] = [stumble]
    mail = outbox.send(queue().pk)
    assert (mail.state, OutgoingMail.objects.get(pk=mail.pk).announced) == ("sent", False)
    hooks.callbacks[:] = [desk.hear]
    tasks.sweep_mail()
    tasks.sweep_mail()
    assert desk.told == [("PO 4711", "sent")]
    announcing.announce(OutgoingMail.objects.get(pk=mail.pk))
    assert len(desk.told) == 1


INJECTIONS = [
    "x\r\nBcc: evil@x.example",
    "x\nBcc: evil@x.example",
    "x\rBcc: evil@x.example",
    "x\u2028Bcc: e",
    "x\x0bBcc: e",
    "x\0y",
]


@pytest.mark.parametrize("bad", INJECTIONS)
def test_no_line_break_becomes_a_header(sandbox: Sandbox, desk: Desk, bad: str) -> None:
    """S-10: subject, names, ids, file names, more headers."""
    file = storing.store(b"x", name="x")
    mail = queue(
        subject=bad,
        to=[(bad, "ana@acme.example")],
        from_name=bad,
        in_reply_to=f"<{bad}@x>",
        references=[f"<{bad}@x>"],
        headers={"X-Kind": bad},
        attachments=[(file, bad)],
    )
    outbox.send(mail.pk)
    message = caught(sandbox, mail)
    assert message["Bcc"] is None
    known = {"Message-ID", "Date", "From", "To", "Reply-To", "Subject", "In-Reply-To", "References", "X-PHD-Loop"}
    assert set(message.keys()) == known | {"X-Kind", "Content-Type", "MIME-Version"}
    [envelope] = [one for one in sandbox.messages() if one["message_id"] == mail.message_id]
    assert envelope["recipients"] == ["ana@acme.example"]
    assert len(list(message.iter_attachments())) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a b@x.example",
        "a@x.example\r\nBcc: b@x.example",
        "a@x.example, b@x.example",
        "@x.example",
        "a@",
        "<a@x.example>",
        "a@" + "x" * 260,
    ],
)
def test_what_is_no_address_is_refused_in_words(address: str) -> None:
    """S-10, ASVS 1.3.11"""
    with pytest.raises(BadEnvelope, match="is not an e-mail address"):
        queue(to=[address])


def test_a_mail_needs_somebody_it_goes_to() -> None:
    with pytest.raises(BadEnvelope, match="needs somebody"):
        queue(to=[])


@pytest.mark.parametrize("name", ["Bcc", "from", "X: y", "X-Å", "Received", "x-phd-loop"])
def test_our_headers_cannot_be_set_from_outside(name: str) -> None:
    with pytest.raises(BadEnvelope, match="cannot be set"):
        queue(headers={name: "x"})


def test_international_addresses_are_sent(sandbox: Sandbox, desk: Desk) -> None:
    mail = queue(to=[("Jürgen", "jurgen@müller.example"), "jürgen@xn--mller-kva.example"])
    assert mail.to[0]["address"] == "jurgen@xn--mller-kva.example"
    assert outbox.send(mail.pk).state == "sent"


def test_long_ids_are_not_encoded(sandbox: Sandbox, desk: Desk) -> None:
    """Outlook's ids are longer than a line; clients thread by the exact text."""
    long = f"<{'A' * 120}@prod.outlook.example>"
    mail = queue(in_reply_to=long, references=[f"<{n}{'b' * 80}@x.example>" for n in range(60)] + [long])
    outbox.send(mail.pk)
    message = caught(sandbox, mail)
    assert message["In-Reply-To"] == long
    ids = message["References"].split()
    assert (len(ids), ids[0], ids[-1]) == (20, f"<0{'b' * 80}@x.example>", long)


def test_each_person_gets_one_copy() -> None:
    people = envelopes.people(
        ["ana@acme.example", ("Ana", "ANA@acme.example"), {"name": "Bo", "address": "bo@x.example"}]
    )
    assert [one["address"] for one in people] == ["ana@acme.example", "bo@x.example"]


def test_a_missing_file_delays_the_mail_and_says_so(sandbox: Sandbox, desk: Desk, caplog: Any) -> None:
    """R-06, F-11"""
    file = storing.store(b"x", name="x.pdf")
    file.key.storage.delete(str(file.key))
    with caplog.at_level(logging.CRITICAL, logger="mail.outbox"):
        mail = outbox.send(queue(attachments=[(file, "x.pdf")]).pk)
    assert mail.state == "queued"
    assert mail.last_error.startswith("This mail could not be prepared")


@pytest.fixture
def dead_broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Celery application whose Redis is not there."""
    app = Celery("dead", broker="redis://127.0.0.1:1/0", set_as_current=False)
    app.conf.update(task_publish_retry=False, broker_transport_options={"retry_policy": {"timeout": 1.0}})
    monkeypatch.setattr("web.nudging.current_app", app)
    yield
    app.close()


@pytest.mark.django_db(transaction=True)
def test_a_dead_redis_does_not_break_the_transaction(dead_broker: None, sandbox: Sandbox, desk: Desk) -> None:
    """R-01, F-03: the row stands, the sweep finds it, and the second caller does not wait."""
    with transaction.atomic():
        mail = queue()
    assert nudging.resting_until["broker"] > 0
    with transaction.atomic():
        queue()
    assert sorted(tasks.due_outgoing()) == sorted(str(pk) for pk in OutgoingMail.objects.values_list("pk", flat=True))
    assert outbox.send(mail.pk).state == "sent"


@pytest.mark.django_db(transaction=True)
def test_a_row_of_an_undone_transaction_is_never_sent(sandbox: Sandbox, desk: Desk) -> None:
    """R-01"""
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_one_copy(sandbox: Sandbox, desk: Desk) -> None:
    """R-02"""
    mail = queue()
    workers = [threading.Thread(target=send_and_close, args=[mail]) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len([one for one in sandbox.messages() if one["message_id"] == mail.message_id]) == 1
    assert desk.told == [("PO 4711", "sent")]


def send_and_close(mail: OutgoingMail) -> None:
    try:
        outbox.send(mail.pk)
    finally:
        connections.close_all()
