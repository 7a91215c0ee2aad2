"""Taking mail in: bytes first, one outcome for each, nothing lost, nothing twice, nothing in the way of the next."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.utils import timezone

from documents.models import StoredFile
from mail import addresses, caged, hooks, inbox, mailboxes, matching, outbox, parsing, parts, quarantine, tasks
from mail.models import IncomingMail, IncomingPart, Mailbox
from mail.parsing import ParsedMail
from people.models import User
from people.roles import Role
from tests.mail.conftest import Desk
from tests.mail.messages import HTML, SUPPORT, TEXT, multipart, raw, report

pytestmark = pytest.mark.django_db


def take(message: bytes, **options: Any) -> IncomingMail:
    return inbox.take_in(inbox.store(message, via="command", **options).pk)


def somebody() -> User:
    email = "nadia@desk.example.com"
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, name="Nadia Okafor", role=Role.SPECIALIST)


def test_the_bytes_are_kept_unchanged(desk: Desk) -> None:
    """M-01"""
    message = b"From: x@y.example\r\nSubject: \xff\x00 odd\n\rbytes\r\n\r\n\x00\xff"
    stored = inbox.store(message, via="command")
    assert inbox.raw_bytes(stored.raw_ref) == message
    take(raw())
    assert inbox.raw_bytes(stored.raw_ref) == message
    assert inbox.raw_bytes("nonsense") is None
    assert str(stored.raw.key).startswith("mail/")


def test_a_message_is_taken_in(desk: Desk) -> None:
    mail = take(multipart("mixed", TEXT + "Our order", "Content-Type: application/pdf; name=po.pdf\r\n\r\n%PDF-1.4"))
    assert (mail.state, mail.outcome, mail.handled_ref) == ("done", "created", "PHD-1001")
    assert (mail.from_address, mail.from_name, mail.to) == ("ana@acme.example", "Ana Silva", [SUPPORT])
    assert (mail.subject, mail.body_text, mail.message_id) == ("PO 4711", "Our order", "<1@acme.example>")
    [part] = mail.parts.all()
    assert (part.filename, part.content_type, part.size) == ("po.pdf", "application/pdf", 8)
    assert part.stored.read() == b"%PDF-1.4"
    assert mail.mailbox.address == SUPPORT


def test_taking_in_twice_changes_nothing(desk: Desk) -> None:
    """R-02"""
    mail = take(raw())
    again = inbox.take_in(mail.pk)
    assert (again.outcome, again.handled_ref, len(desk.taken)) == ("created", "PHD-1001", 1)


def test_the_same_message_twice_is_a_duplicate(desk: Desk) -> None:
    """M-14: also with other trace headers, by another route."""
    first = take(raw("Order\r\n"))
    second = take(b"Received: from elsewhere\r\n" + raw("Order\r\n"))
    assert (second.outcome, second.duplicate_of_id, second.handled_ref) == ("duplicate", first.pk, first.handled_ref)
    assert second.subject == "PO 4711"
    assert desk.taken == ["PO 4711"]


def test_the_same_id_with_other_content_is_another_message(desk: Desk) -> None:
    """M-14"""
    take(raw("Order\r\n"))
    assert take(raw("Another order\r\n")).outcome == "created"


def test_one_message_in_two_mailboxes_is_one(desk: Desk) -> None:
    """M-14: one ticket, the second names the first."""
    other = Mailbox.objects.create(name="Invoices", address="invoices@gitlab.com")
    first, second = take(raw()), take(raw(), mailbox=other)
    assert (first.outcome, second.outcome, second.duplicate_of) == ("created", "duplicate", first)
    assert second.reason == f"The same message was taken in before, by {SUPPORT}."
    assert (second.handled_ref, len(desk.taken)) == (first.handled_ref, 1)
    assert take(raw("Another text\r\n"), mailbox=other).outcome == "created"


@pytest.mark.django_db(transaction=True)
def test_two_mailboxes_at_once_make_one(desk: Desk) -> None:
    """M-14, F-13: two workers read the two copies in the same moment."""
    desk.before = lambda _mail, _parsed: time.sleep(0.2)
    other = Mailbox.objects.create(name="Invoices", address="invoices@gitlab.com")
    barrier = threading.Barrier(2)

    def deliver(mailbox: Mailbox) -> str:
        try:
            stored = inbox.store(raw("Order\r\n"), via="smtp", mailbox=mailbox)
            barrier.wait(timeout=20)
            return inbox.take_in(stored.pk).outcome
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(deliver, [mailboxes.default(), other]))
    assert (outcomes, len(desk.taken)) == (["created", "duplicate"], 1)


@pytest.mark.parametrize("where", ["reading", "writing"])
def test_a_store_that_hangs_until_the_time_limit_costs_no_message(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """F-11: the worker's soft time limit says nothing about the message; it waits and is no attempt."""

    def hang(*_args: Any) -> None:
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patch:
        patch.setattr(*((caged, "read") if where == "reading" else (parts, "write_files")), hang)
        waiting = take(raw())
    assert (waiting.state, waiting.attempts, waiting.claimed_until) == ("received", 0, None)
    assert waiting.reason == "The file store does not answer. We try again within a minute."
    assert inbox.take_in(waiting.pk).outcome == "created"


def test_a_message_that_cannot_be_handled_is_put_aside_and_the_next_goes_on(desk: Desk) -> None:
    """M-03, F-15"""

    def stumble(mail: IncomingMail, _parsed: ParsedMail) -> None:
        if mail.subject == "poison":
            message = "a bug of ours \0"
            raise ZeroDivisionError(message)

    desk.before = stumble
    bad = take(raw("x", subject="poison"))
    good = take(raw("x", subject="fine"))
    assert (bad.outcome, bad.state) == ("quarantined", "done")
    assert bad.reason == "This message could not be made into a ticket."
    assert "ZeroDivisionError" in bad.error
    assert bad.from_address == "ana@acme.example"
    assert good.outcome == "created"
    assert list(quarantine.waiting()) == [bad]


def test_what_the_handler_did_is_undone_with_it(desk: Desk) -> None:
    def half(_mail: IncomingMail, _parsed: ParsedMail) -> None:
        Mailbox.objects.create(name="half", address="half@gitlab.com")
        raise hooks.Quarantine("A person decides about this one.")

    desk.before = half
    mail = take(multipart("mixed", TEXT + "x", "Content-Type: application/pdf; name=po.pdf\r\n\r\n%PDF"))
    assert (mail.outcome, mail.reason, mail.error) == ("quarantined", "A person decides about this one.", "")
    assert not Mailbox.objects.filter(name="half").exists()
    assert not IncomingPart.objects.exists()


def test_a_released_message_is_taken_in(desk: Desk) -> None:
    """M-03"""

    def stumble(_mail: IncomingMail, _parsed: ParsedMail) -> None:
        raise IntegrityError

    desk.before = stumble
    mail = take(raw())
    desk.before = None
    assert quarantine.release(mail, by=somebody()).outcome == "created"
    assert take(raw()).outcome == "duplicate"
    with pytest.raises(quarantine.Refused):
        quarantine.release(mail, by=somebody())
    assert len(desk.taken) == 1


def test_two_copies_in_quarantine_become_one(desk: Desk) -> None:
    """M-14: a message put aside does not hold its key."""

    def stumble(_mail: IncomingMail, _parsed: ParsedMail) -> None:
        raise KeyError

    desk.before = stumble
    first, second = take(raw()), take(raw())
    assert [first.outcome, second.outcome] == ["quarantined", "quarantined"]
    desk.before = None
    released = [quarantine.release(one, by=somebody()).outcome for one in (first, second)]
    assert released == ["created", "duplicate"]


def test_a_message_without_a_sender_is_put_aside(desk: Desk) -> None:
    """M-06"""
    mail = take(raw("x", **{"from": "<>"}))
    assert (mail.outcome, mail.reason) == ("quarantined", "The message names no sender.")
    assert take(b"").outcome == "quarantined"


def test_a_message_that_killed_two_workers_is_put_aside(desk: Desk) -> None:
    """F-16"""
    mail = inbox.store(raw(), via="command")
    IncomingMail.objects.filter(pk=mail.pk).update(attempts=2)
    assert inbox.take_in(mail.pk).reason == "Reading this message stopped a worker twice."


def test_a_claimed_message_is_left_to_its_worker_until_the_lease_is_over(desk: Desk) -> None:
    """F-01"""
    mail = inbox.store(raw(), via="command")
    assert inbox.claim(mail.pk) is not None
    assert inbox.take_in(mail.pk).state == "received"
    IncomingMail.objects.filter(pk=mail.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert tasks.forgotten_incoming() == []
    IncomingMail.objects.filter(pk=mail.pk).update(received=timezone.now() - timedelta(minutes=1))
    assert tasks.forgotten_incoming() == [mail.pk]
    assert inbox.take_in(mail.pk).outcome == "created"


def test_a_worker_that_lost_its_claim_writes_nothing(desk: Desk) -> None:
    """F-01: the slow first worker finds the row taken over."""
    mail = inbox.store(raw(), via="command")
    slow = inbox.claim(mail.pk)
    assert slow is not None
    IncomingMail.objects.filter(pk=mail.pk).update(claimed_until=None)
    assert inbox.take_in(mail.pk).outcome == "created"
    assert inbox.record_safely(slow, parsing.parse(raw())).outcome == "created"
    assert desk.taken == ["PO 4711"]


def test_a_full_disk_for_attachments_only_delays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """F-10: recovers without hands."""
    mail = inbox.store(multipart("mixed", TEXT + "x", "Content-Type: image/png; name=a.png\r\n\r\nx"), via="command")
    with monkeypatch.context() as patch:
        patch.setattr("documents.storing.write_durably", refuse_to_write)
        waiting = inbox.take_in(mail.pk)
    assert (waiting.state, waiting.outcome, waiting.attempts) == ("received", "", 0)
    assert waiting.reason == "The file store does not answer. We try again within a minute."
    assert inbox.take_in(mail.pk).outcome == "created"


def refuse_to_write(*_args: Any) -> None:
    raise OSError(28, "No space left on device")


def test_a_deadlock_is_tried_again(desk: Desk) -> None:
    """F-05"""
    times = []

    def collide(_mail: IncomingMail, _parsed: ParsedMail) -> None:
        times.append(1)
        if len(times) < 3:
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$")

    desk.before = collide
    assert take(raw()).outcome == "created"
    assert (len(times), len(desk.taken)) == (3, 1)


def test_an_absent_database_is_no_quarantine(desk: Desk) -> None:
    """F-04: the row stays and the sweep finds it."""

    def vanish(_mail: IncomingMail, _parsed: ParsedMail) -> None:
        message = "server closed the connection"
        raise OperationalError(message)

    desk.before = vanish
    mail = inbox.store(raw(), via="command")
    with pytest.raises(OperationalError):
        inbox.take_in(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.outcome, mail.attempts, mail.claimed_until) == ("received", "", 0, None)


def test_what_is_too_big_for_the_database_is_put_aside(desk: Desk) -> None:
    """M-03: trying again would not help."""

    def exceed(_mail: IncomingMail, _parsed: ParsedMail) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'too long' USING ERRCODE = '54000'; END $$")

    desk.before = exceed
    assert take(raw()).outcome == "quarantined"


def test_our_own_mail_that_comes_back_is_ignored(desk: Desk) -> None:
    """M-16"""
    mail = take(raw("x", message_id=addresses.message_id("PHD-1042")))
    assert (mail.outcome, mail.reason) == ("ignored", "This is a mail of ours that came back.")
    loop = addresses.loop_header(addresses.message_id())
    renamed = take(raw("x", f"X-PHD-Loop: {loop}", message_id="<exchanged@relay.example>"))
    assert renamed.outcome == "ignored"
    assert desk.taken == []


@pytest.mark.parametrize("value", ["", "yes", "abc@gitlab.com; aaaaaaaaaaaaaaaa", ";", "; ;"])
def test_a_forged_loop_header_hides_nothing(desk: Desk, value: str) -> None:
    """S-09"""
    assert take(raw("x", f"X-PHD-Loop: {value}", "X-PHD-Priority: urgent")).outcome == "created"


def test_a_report_about_our_mail_names_it(desk: Desk) -> None:
    """M-19"""
    sent = outbox.queue(to=["ana@acme.example"], subject="x", body_text="x", purpose="reply", token_key="PHD-1042")
    mail = take(report(returned=sent.message_id))
    assert (mail.outcome, mail.bounce_of, mail.auto_submitted) == ("created", sent, True)
    assert matching.evidence(mail).keys[0] == matching.Match("PHD-1042", "bounce")
    bounce = parsing.parse(report(returned=sent.message_id)).bounce
    assert bounce is not None
    [recipient] = bounce.recipients
    assert (recipient.address, recipient.status, recipient.action) == ("ana@acme.example", "5.1.1", "failed")


def test_a_report_without_the_message_is_matched_by_its_recipient(desk: Desk) -> None:
    """M-19: missing parts."""
    sent = outbox.queue(to=["ana@acme.example"], subject="x", body_text="x", purpose="reply", token_key="PHD-1042")
    assert take(report(returned="")).bounce_of == sent


def test_a_report_about_mail_we_never_sent_is_ignored(desk: Desk) -> None:
    """M-19: backscatter."""
    assert take(report(returned="<foreign@else.example>")).outcome == "ignored"
    assert take(report(returned="")).outcome == "ignored"
    assert desk.taken == []


def test_a_report_to_a_signed_address_is_ours(desk: Desk) -> None:
    """M-19: VERP"""
    mail = take(report(returned="<rewritten@relay.example>", to=addresses.reply_address("PHD-1042")))
    assert mail.outcome == "created"
    assert matching.evidence(mail).keys[0].key == "PHD-1042"


def test_the_evidence_of_a_reply_in_order(desk: Desk) -> None:
    """M-15, S-08"""
    first, second = addresses.message_id("PHD-7"), addresses.message_id("PHD-8")
    mail = take(
        raw(
            "x",
            f"References: <old@acme.example> {first} <new@acme.example>",
            to=f"Desk <{addresses.reply_address('PHD-9')}>",
            in_reply_to=second,
        )
    )
    found = matching.evidence(mail)
    assert [match.key for match in found.keys] == ["PHD-9", "PHD-8", "PHD-7"]
    assert found.message_ids == ("<new@acme.example>", "<old@acme.example>")


def test_a_number_alone_is_no_evidence(desk: Desk) -> None:
    """S-07, S-08: neither a guessed address nor a guessed id."""
    local, domain = SUPPORT.split("@")
    guessed = f"{local}+phd-9.aaaaaaaaaaaaaaaa@{domain}"
    mail = take(raw("x", "References: <phd-9.aaaa.bbbb@gitlab.com>", to=f"{guessed}, {local}+phd-9@{domain}"))
    assert matching.evidence(mail).keys == ()


def test_the_handler_sees_the_files(desk: Desk) -> None:
    seen: list[str] = []
    desk.before = lambda mail, _parsed: seen.extend(part.stored.name for part in mail.parts.all())
    image = "Content-Type: image/png\r\nContent-ID: <a@x>\r\nContent-Disposition: inline; filename=a.png\r\n\r\nx"
    take(multipart("related", HTML + '<img src="cid:a@x">', image))
    assert seen == ["a.png"]


def test_the_rows_hold_their_rules() -> None:
    mail = inbox.store(raw(), via="command")
    for broken in ({"state": "lost"}, {"outcome": "vanished"}, {"state": "done"}, {"outcome": "created"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            IncomingMail.objects.filter(pk=mail.pk).update(**broken)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_acknowledged_before_it_is_committed(desk: Desk) -> None:
    """R-03: inside somebody's transaction nothing can be called stored."""
    with pytest.raises(RuntimeError), transaction.atomic():
        inbox.store(raw(), via="command")


@pytest.mark.django_db(transaction=True)
def test_eight_copies_at_once_make_one(desk: Desk) -> None:
    """M-14, F-13"""
    desk.before = lambda _mail, _parsed: time.sleep(0.2)
    mailboxes.default()
    barrier = threading.Barrier(8)

    def deliver(number: int) -> str:
        try:
            stored = inbox.store(b"Received: by %d\r\n" % number + raw("Order\r\n"), via="smtp")
            barrier.wait(timeout=20)
            return inbox.take_in(stored.pk).outcome
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(deliver, range(8)))
    assert outcomes == ["created"] + ["duplicate"] * 7
    assert set(IncomingMail.objects.values_list("handled_ref", flat=True)) == {"PHD-1001"}
    assert len(desk.taken) == 1


@pytest.mark.django_db(transaction=True)
def test_one_message_taken_by_eight_workers_is_taken_once(desk: Desk) -> None:
    """R-02"""
    desk.before = lambda _mail, _parsed: time.sleep(0.1)
    stored = inbox.store(raw(), via="smtp")

    def work(_number: int) -> None:
        try:
            inbox.take_in(stored.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    stored.refresh_from_db()
    assert (stored.outcome, stored.attempts, len(desk.taken)) == ("created", 1, 1)


def test_hostile_names_never_reach_the_disk(desk: Desk, settings: Any) -> None:
    """S-01"""
    parts = [
        f'Content-Type: text/plain\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\nx'
        for name in ("\u200b.htaccess", "..\\..\\x.php", "a\u0000.txt", "/etc/cron.d/x")
    ]
    mail = take(multipart("mixed", TEXT + "x", *parts))
    keys = StoredFile.objects.values_list("key", flat=True)
    assert all(set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789/") for key in keys)
    assert [part.filename for part in mail.parts.order_by("position")] == ["htaccess", "x.php", "a.txt", "x"]
