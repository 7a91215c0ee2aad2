"""Delivery reports of many servers: which mail, which recipients, for good or for now."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mail import addresses, hooks, inbox, outbox, returned
from mail.models import IncomingMail, OutgoingMail, Undeliverable
from mail.parsing import Bounce, parse
from tests.mail.conftest import Desk
from tests.mail.messages import SUPPORT, raw, report

ANA, BO = "ana@acme.example", "bo@acme.example"
COPY = "Message-ID: <m@gitlab.com>\r\nSubject: x\r\n\r\nHello\r\n"
DAEMON = "MAILER-DAEMON@mx.acme.example"

QMAIL = f"""Hi. This is the qmail-send program at mx.acme.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{ANA}>:
Sorry, no mailbox here by that name. (#5.1.1)

<{BO}>:
Connected to 192.0.2.1 but sender was rejected.
Remote host said: 550 5.7.1 not today

--- Below this line is a copy of the message.

Return-Path: <x@gitlab.com>
{COPY}"""
EXIM = f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {ANA}
    host mx.acme.example [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<{ANA}>:
    550 5.1.1 <{ANA}>: Recipient address rejected: User unknown

------ This is a copy of the message, including all the headers. ------

{COPY}"""
EXIM_LATE = f"""This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.acme.example.

The address to which the message has not yet been delivered is:

  {ANA}
    Delay reason: connection refused

No action is required on your part.
"""
EXCHANGE = f"""Delivery has failed to these recipients or groups:

Ana Silva ({ANA})<mailto:{ANA}>
{ANA}<mailto:{ANA}>
The email address you entered couldn't be found. Check the address and try to resend the message.

Diagnostic information for administrators:

Generating server: mx.acme.example

{ANA}
Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'

Original message headers:

{COPY}"""
GMAIL = f"""** Address not found **

Your message wasn't delivered to {ANA} because the address couldn't be found, or is unable to receive mail.

The response was:
550 5.1.1 The email account that you tried to reach does not exist.
"""
GMAIL_OLD = f"""Delivery to the following recipient failed permanently:

     {ANA}

Technical details of permanent failure:
The error that the other server returned was: 552 5.2.2 The email account that you tried to reach is over quota.

----- Original message -----

{COPY}"""
POSTFIX_TEXT = f"""This is the mail system at host mx.acme.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<{ANA}>: host mx.acme.example[192.0.2.1] said: 550 5.4.4
    Host not found (in reply to RCPT TO command)
"""


def bounce_of(text: str, *, sender: str = DAEMON) -> Bounce | None:
    return parse(raw(text, **{"from": sender, "subject": "failure notice"})).bounce


@pytest.mark.parametrize(
    ("text", "message_id", "expected"),
    [
        (QMAIL, "<m@gitlab.com>", [(ANA, "5.1.1", True), (BO, "5.7.1", False)]),
        (EXIM, "<m@gitlab.com>", [(ANA, "5.1.1", True)]),
        (EXIM_LATE, "", []),
        (EXCHANGE, "<m@gitlab.com>", [(ANA, "5.1.10", True)]),
        (GMAIL, "", [(ANA, "5.1.1", True)]),
        (GMAIL_OLD, "<m@gitlab.com>", [(ANA, "5.2.2", False)]),
        (POSTFIX_TEXT, "", [(ANA, "5.4.4", True)]),
    ],
)
def test_texts_of_older_servers(text: str, message_id: str, expected: list[tuple[str, str, bool]]) -> None:
    """M-19: no delivery-status part at all."""
    found = bounce_of(text)
    assert found is not None
    assert found.message_id == message_id
    losses = [one for row in found.recipients if (one := returned.loss(row))]
    assert [(one.address, one.status, one.for_good) for one in losses] == expected


def test_a_postmaster_may_write_like_anybody() -> None:
    """M-19: only what says that something was not delivered is a report."""
    assert bounce_of("Dear colleagues, our mail server moves tomorrow.", sender="postmaster@acme.example") is None
    assert bounce_of(QMAIL, sender="ana@acme.example") is None  # somebody shows us a report


PERSON = """Hello,
your invoice of May could not be delivered to our bookkeeping, for the folder of
ana@acme.example is full. Could you send it again?
Subject: it had none
"""


@pytest.mark.django_db
def test_a_postmaster_who_says_that_something_was_not_delivered_is_read(desk: Desk) -> None:
    """M-16: only a report by its form, or one that gives a mail back, is nobody's."""
    mail = take(raw(PERSON, **{"from": "postmaster@acme.example"}))
    assert (mail.outcome, mail.auto_submitted) == ("created", True)
    whole = take(raw(QMAIL.replace(COPY, f"From: x@y.example\r\n{COPY}"), **{"from": "postmaster@acme.example"}))
    assert whole.outcome == "ignored"


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ("Action: failed\r\nStatus: 5.1.1", True),
        ("Action: failed\r\nStatus: 5.1.2 (bad host)", True),
        ("Action: failed\r\nStatus: 5.4.4", True),
        ("Action: failed\r\nStatus: 5.2.2", False),
        ("Action: failed\r\nStatus: 5.1.8", False),
        ("Action: failed\r\nStatus: 5.7.1\r\nDiagnostic-Code: smtp; 550 5.7.1 Message rejected as spam", False),
        ("Action: failed\r\nStatus: 5.7.1\r\nDiagnostic-Code: smtp; 550 5.7.1 User unknown", True),
        ("Action: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 No such user here", True),
        ("Action: failed\r\nDiagnostic-Code: smtp; 550 5.1.1 No such user", True),
        ("Action: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 552 mailbox full", False),
        ("Action: failed\r\nStatus: 4.4.7", False),
        ("Action: delayed\r\nStatus: 4.4.1", None),
        ("Action: Delayed\r\nStatus: 4.2.2", None),
        ("Status: 4.2.2", None),
        ("Action: delivered\r\nStatus: 2.0.0", None),
        ("Action: relayed\r\nStatus: 2.6.0", None),
        ("Action: expanded\r\nStatus: 2.0.0", None),
    ],
)
def test_what_a_line_of_a_report_means(fields: str, outcome: bool | None) -> None:
    """M-19: 5.1.x is for good, a full mailbox is not, late and arrived mean nothing is lost."""
    status = f"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; {ANA}\r\n{fields}\r\n"
    part = f"--sep\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n--sep--\r\n"
    message = raw(
        part, 'Content-Type: multipart/report; report-type=delivery-status; boundary="sep"', **{"from": DAEMON}
    )
    bounce = parse(message).bounce
    assert bounce is not None
    [row] = bounce.recipients
    found = returned.loss(row)
    assert (found and found.for_good) == outcome


def test_a_report_cut_in_the_middle_gives_what_it_has() -> None:
    """M-19: truncated, and several recipients."""
    whole = report(returned="<m@gitlab.com>").replace(
        b"Reporting-MTA: dns; mx.acme.example\r\n\r\n",
        f"Reporting-MTA: x\r\n\r\nFinal-Recipient: rfc822; {BO}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n".encode(),
    )
    parsed = parse(whole).bounce
    assert parsed is not None
    assert [one.address for one in parsed.recipients] == [BO, ANA]
    cut = parse(whole[: whole.index(b"Diagnostic-Code")]).bounce
    assert cut is not None
    assert [one.address for one in cut.recipients] == [BO, ANA]
    for size in range(0, len(whole), 97):
        parse(whole[:size])


def test_a_receipt_is_no_report() -> None:
    """M-19: somebody has opened our mail."""
    part = (
        f"--sep\r\nContent-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822; {ANA}\r\n--sep--\r\n"
    )
    kind = 'Content-Type: multipart/report; report-type=disposition-notification; boundary="sep"'
    assert parse(raw(part, kind)).bounce is None
    assert parse(raw(part, kind.replace("disposition-notification", "x"), **{"from": DAEMON})).bounce is None


def sent(*people: str, **values: Any) -> OutgoingMail:
    given = {"subject": "x", "body_text": "x", "purpose": "reply", "token_key": "PHD-1042", **values}
    return outbox.queue(to=people or [ANA], **given)


def take(message: bytes) -> IncomingMail:
    return inbox.take_in(inbox.store(message, via="command").pk)


@pytest.fixture
def lost(desk: Desk) -> Any:
    """What higher floors are told."""
    heard: list[tuple[OutgoingMail, dict[str, bool]]] = []
    before = list(hooks.bounce_callbacks)
    hooks.bounce_callbacks[:] = [lambda mail, rows: heard.append((mail, dict(rows)))]
    yield heard
    hooks.bounce_callbacks[:] = before


@pytest.mark.django_db
@pytest.mark.usefixtures("lost")
class TestMarking:
    def test_a_dead_address_is_marked_and_told_once(self, lost: Any) -> None:
        """M-19"""
        mail = sent(ANA)
        incoming = take(report(returned=mail.message_id))
        assert incoming.report == [
            {"address": ANA, "action": "failed", "status": "5.1.1", "diagnostic": "550 5.1.1 No such user"}
        ]
        take(report(returned=mail.message_id).replace(b"<b@mx.acme>", b"<c@mx.acme>").replace(b"sorry", b"very sorry"))
        mail.refresh_from_db()
        assert mail.bounced[ANA]["for_good"] is True
        assert Undeliverable.objects.get().address == ANA
        assert lost == [(mail, {ANA: True})]

    @pytest.mark.parametrize("status", ["5.2.2", "4.4.7", "5.7.1"])
    def test_an_address_that_failed_for_now_is_only_noted(self, lost: Any, status: str) -> None:
        """M-19"""
        mail = sent(ANA)
        take(report(returned=mail.message_id, status=status).replace(b"550 5.1.1 No such user", b"try later"))
        mail.refresh_from_db()
        assert mail.bounced[ANA]["for_good"] is False
        assert not Undeliverable.objects.exists()
        assert lost == [(mail, {ANA: False})]

    def test_a_late_mail_changes_nothing(self, lost: Any) -> None:
        """M-19"""
        mail = sent(ANA)
        incoming = take(report(returned=mail.message_id, status="4.4.1").replace(b"Action: failed", b"Action: delayed"))
        mail.refresh_from_db()
        assert (mail.bounced, lost, incoming.bounce_of) == ({}, [], mail)
        assert incoming.report[0]["action"] == "delayed"

    def test_the_signed_loop_header_proves_it_too(self) -> None:
        """M-19: a relay exchanged the Message-ID."""
        mail = sent(ANA)
        header = f"X-PHD-Loop: {addresses.loop_header(mail.message_id)}"
        message = report(returned="<relay@x.example>").replace(
            b"Subject: x\r\n\r\nbody", f"{header}\r\n\r\nbody".encode()
        )
        assert take(message).bounce_of == mail
        assert Undeliverable.objects.exists()

    def test_the_envelope_address_proves_it_too(self) -> None:
        """M-19: VERP; the newest mail of that conversation to that person."""
        sent(ANA, token_key="PHD-7")
        mail = sent(ANA)
        sent(ANA, token_key="PHD-8")
        incoming = take(report(returned="", to=addresses.reply_address("PHD-1042")))
        assert incoming.bounce_of == mail
        assert Undeliverable.objects.exists()

    def test_a_recipient_alone_proves_nothing(self) -> None:
        """M-19: anybody can write such a report; it is shown, but kills no address."""
        mail = sent(ANA)
        assert take(report(returned="")).bounce_of == mail
        assert not Undeliverable.objects.exists()

    def test_a_report_about_somebody_else_is_about_the_one_we_wrote_to(self, lost: Any) -> None:
        """M-19: it was passed on to an address we do not know; told once, and no address is dead."""
        mail = sent(BO)
        take(report(returned=mail.message_id))
        take(report(returned=mail.message_id).replace(b"<b@mx.acme>", b"<c@mx.acme>").replace(b"sorry", b"very sorry"))
        mail.refresh_from_db()
        assert lost == [(mail, {BO: False})]
        assert mail.bounced[BO]["words"] == f"{ANA}: 550 5.1.1 No such user"
        assert not Undeliverable.objects.exists()

    def test_a_report_about_somebody_else_may_be_about_any_of_several(self, lost: Any) -> None:
        """M-19: nobody knows who passed it on; the ticket hears of it all the same."""
        mail = sent(BO, "cy@acme.example")
        take(report(returned=mail.message_id))
        assert lost == [(mail, {f"one of {BO}, cy@acme.example": False})]

    @pytest.mark.parametrize(
        ("words", "told"), [("could not be delivered", True), ("is delayed: it could not be delivered yet", False)]
    )
    def test_a_report_without_recipients(self, lost: Any, words: str, told: bool) -> None:
        """M-19: cut off before it names anybody; a failure is told, a delay is not."""
        mail = sent(ANA)
        whole = report(returned=mail.message_id).replace(b"could not be delivered", words.encode())
        take(whole.replace(b"Final-Recipient: rfc822; ana@acme.example\r\n", b""))
        assert lost == ([(mail, {ANA: False})] if told else [])

    def test_backscatter_asks_an_index_and_only_when_it_can_matter(self) -> None:
        """M-19, P: thousands of reports about mail we never sent must not read two weeks of mail each."""
        with CaptureQueriesContext(connection) as asked:
            take(report(returned="<never@ours.example>"))
        assert not [one for one in asked if "mail_recipients" in one["sql"]]
        now = timezone.now()
        OutgoingMail.objects.bulk_create(
            OutgoingMail(
                message_id=f"<{number}@x>", to=[{"address": f"p{number}@x.example"}], from_address=SUPPORT,
                envelope_from=SUPPORT, purpose="reply", body_text="x", give_up=now,
            )
            for number in range(2000)
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE mail_outgoingmail")
            with CaptureQueriesContext(connection) as asked:
                take(report(returned="").replace(b"<b@mx.acme>", b"<c@mx.acme>"))
            [query] = [one["sql"] for one in asked if "mail_recipients" in one["sql"]]
            cursor.execute(f"EXPLAIN {query}")
            assert "outgoing_recipients_idx" in str(cursor.fetchall())

    def test_backscatter_is_ignored(self) -> None:
        """M-19: for mail we never sent."""
        sent(ANA)
        incoming = take(report(returned="<never@ours.example>"))
        assert (incoming.outcome, incoming.reason) == (
            "ignored",
            "A delivery report about a mail that we did not send.",
        )
        stranger = take(
            raw(QMAIL.replace(ANA, "x@y.example").replace(BO, "z@y.example"), **{"from": DAEMON, "to": SUPPORT})
        )
        assert stranger.outcome == "ignored"

    def test_a_report_without_a_sender_is_no_quarantine(self) -> None:
        """M-19: some servers leave From empty."""
        mail = sent(ANA)
        incoming = take(report(returned=mail.message_id).replace(b"From: MAILER-DAEMON@mx.acme.example", b"From: <>"))
        assert incoming.outcome == "created"
