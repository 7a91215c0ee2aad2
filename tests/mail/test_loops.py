"""Mail nobody wrote is kept and never answered; and answers have a brake that needs no header."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone

from mail import inbox, loading, loops
from mail.models import AutoReply, Mailbox, SystemSender
from tests.mail.conftest import Desk
from tests.mail.messages import raw
from web import memory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: (comment) auto-generated; owner=x",
        "Auto-Submitted: auto-notified",
        "Return-Path: <>",
        "Return-Path: < >",
        "Precedence: bulk",
        "Precedence: Junk",
        "Precedence: list",
        "Precedence: auto_reply",
        "X-Autoreply: yes",
        "X-Autorespond: x",
        "X-Autoresponder: x",
        "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "List-Id: <x.example>",
        "List-Unsubscribe: <mailto:x@y.example>",
        "X-Loop: x",
        "X-FC-MachineGenerated: true",
        "Feedback-ID: a:b",
        "Content-Type: multipart/report; boundary=x",
    ],
)
def test_automatic_mail_is_known(desk: Desk, field: str) -> None:
    """M-17"""
    mail = inbox.take_in(inbox.store(raw("x", field), via="command").pk)
    assert mail.auto_submitted
    assert mail.auto_reason
    assert mail.outcome == "created"


GROUP = (
    "Precedence: list",
    "Mailing-list: list partnersupport@gitlab.com; contact partnersupport+owners@gitlab.com",
    "List-ID: <partnersupport.gitlab.com>",
    "X-Google-Group-Id: 123456789012",
    "List-Post: <https://groups.google.com/a/gitlab.com/group/partnersupport/post>, <mailto:partnersupport@gitlab.com>",
    "List-Unsubscribe: <mailto:googlegroups-manage+1+unsubscribe@googlegroups.com>",
    "X-BeenThere: partnersupport@gitlab.com",
)


@pytest.mark.parametrize(
    ("fields", "automatic"),
    [
        (GROUP, False),
        ([one for one in GROUP if not one.startswith("List-ID")], False),
        ([one for one in GROUP if not one.startswith(("List-ID", "List-Post"))], False),
        ([*GROUP, "List-Id: News <news.lists.example>"], True),
        ([one.replace("partnersupport.gitlab.com", "partners.lists.example") for one in GROUP], True),
        ([one for one in GROUP if not one.startswith(("List-ID", "List-Post", "X-BeenThere"))], True),
        ([*GROUP, "Auto-Submitted: auto-replied"], True),
        ([*GROUP, "Return-Path: <>"], True),
        ([*GROUP, "Feedback-ID: a:b"], True),
        ([*GROUP, "X-Auto-Response-Suppress: All"], True),
        (["Precedence: junk", *GROUP[1:]], True),
    ],
)
def test_our_own_group_makes_nobody_a_program(desk: Desk, fields: Sequence[str], automatic: bool) -> None:
    """M-17: the support box is a group, which marks what people write; every other sign still counts."""
    assert inbox.take_in(inbox.store(raw("x", *fields), via="command").pk).auto_submitted is automatic


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@x.example", "postmaster@x.example", "mdaemon@x.example"])
def test_mail_servers_are_known(desk: Desk, sender: str) -> None:
    """M-17"""
    assert inbox.take_in(inbox.store(raw("x", **{"from": sender}), via="command").pk).auto_submitted


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: No (really)",
        "Precedence: normal",
        "X-Auto-Response-Suppress: DR",
        "X-A: b",
    ],
)
def test_a_persons_mail_is_not_automatic(desk: Desk, field: str) -> None:
    """M-17"""
    mail = inbox.take_in(inbox.store(raw("x", field), via="command").pk)
    assert (mail.auto_submitted, mail.auto_reason) == (False, "")


def test_an_empty_envelope_sender_is_automatic(desk: Desk) -> None:
    """M-17"""
    stored = inbox.store(raw(), via="smtp", envelope=inbox.Envelope(sender="<>", recipients=("x@y.example",)))
    assert inbox.take_in(stored.pk).auto_submitted


def test_system_senders_are_never_answered() -> None:
    """M-18: DocuSign and the portal, with everything below their domains."""
    loading.load()
    assert loops.system_sender("dse_na3@docusign.net") == "DocuSign"
    assert loops.system_sender("dse@eumail.docusign.net") == "DocuSign"
    assert loops.system_sender("ana@notdocusign.net") == ""
    assert not loops.may_answer("dse_na3@docusign.net")
    assert loops.why_no_answer("dse_na3@docusign.net") == "DocuSign is a program."
    assert loops.may_answer("ana@acme.example")


def test_loading_twice_keeps_what_people_changed() -> None:
    loading.load()
    count = SystemSender.objects.count()
    SystemSender.objects.filter(pattern="@docusign.net").update(label="Signatures")
    loading.load()
    assert SystemSender.objects.count() == count
    assert loops.system_sender("x@docusign.net") == "Signatures"


@pytest.mark.parametrize(
    "address",
    [
        "partnersupport@gitlab.com",
        "partnersupport+x@gitlab.com",
        "",
        "no-reply@x.example",
        "a..b@x.example",
        '"a b"@x.example',
        f"x@{'ü' * 60}.example",
    ],
)
def test_nobody_to_answer(address: str) -> None:
    assert not loops.may_answer(address)


def test_one_answer_per_sender_and_ticket_a_day() -> None:
    """M-18"""
    loops.record_answer("Ana@acme.example", key="PHD-1")
    assert not loops.may_answer("ana@acme.example", key="PHD-1")
    assert loops.may_answer("ana@acme.example", key="PHD-2")
    AutoReply.objects.update(created=timezone.now() - timedelta(hours=25))
    assert loops.may_answer("ana@acme.example", key="PHD-1")


def test_more_than_five_mails_in_ten_minutes_stop_our_answers(desk: Desk) -> None:
    """M-18: intake goes on."""
    for number in range(5):
        inbox.take_in(inbox.store(raw("x", subject=f"n {number}"), via="command").pk)
    assert loops.may_answer("ana@acme.example")
    last = inbox.take_in(inbox.store(raw("x", subject="n 6"), via="command").pk)
    assert last.outcome == "created"
    assert not loops.may_answer("ANA@acme.example")
    assert "too fast" in loops.why_no_answer("ana@acme.example")
    assert loops.may_answer("bo@acme.example")


def test_twenty_answers_an_hour_for_a_domain() -> None:
    """M-18"""
    for number in range(20):
        loops.record_answer(f"a{number}@acme.example", key=f"PHD-{number}")
    assert not loops.may_answer("new@acme.example", key="PHD-99")
    assert loops.may_answer("new@other.example", key="PHD-99")


REWRITTEN = (
    "List-Id: <partnersupport.gitlab.com>",
    "Precedence: list",
    "X-Original-From: Katrin Vogel <katrin@northwind.example.com>",
    "X-Original-Sender: katrin@northwind.example.com",
)
VIA = "'Katrin Vogel' via Partner Support <partnersupport@gitlab.com>"


def test_whom_our_own_group_hides_is_the_sender(desk: Desk) -> None:
    """S-08: where the sender's domain forbids lists, the group puts its own address into From."""
    mail = inbox.take_in(inbox.store(raw("x", *REWRITTEN, **{"from": VIA}), via="command").pk)
    assert (mail.outcome, mail.from_address, mail.from_name) == (
        "created",
        "katrin@northwind.example.com",
        "Katrin Vogel",
    )
    assert (mail.auto_submitted, mail.verdict) == (False, "none")


@pytest.mark.parametrize(
    ("results", "sender"),
    [
        ("Authentication-Results: mx.gitlab.com; dmarc=pass header.from=gitlab.com", "katrin@northwind.example.com"),
        ("Authentication-Results: mx.gitlab.com; dmarc=fail header.from=gitlab.com", "partnersupport@gitlab.com"),
        ("X-Nothing: said", "partnersupport@gitlab.com"),
    ],
)
def test_where_our_server_checks_it_must_have_been_the_group(desk: Desk, results: str, sender: str) -> None:
    """S-07, M-20: anybody can write the group's headers; only its own mail passes for its domain."""
    Mailbox.objects.update_or_create(
        address="partnersupport@gitlab.com",
        defaults={"name": "Desk", "is_default": True, "authserv_id": "mx.gitlab.com"},
    )
    memory.forget_all()
    message = raw("x", "Received: from a.example by mx.gitlab.com", *REWRITTEN, **{"from": VIA})
    mail = inbox.take_in(inbox.store(results.encode() + b"\r\n" + message, via="command").pk)
    assert mail.from_address == sender


@pytest.mark.parametrize(
    ("more", "sender", "verdict"),
    [
        (
            ["X-Original-Authentication-Results: mx.google.com; dmarc=fail (p=NONE)"],
            "katrin@northwind.example.com",
            "fail",
        ),
        (["X-Original-Authentication-Results: mx.google.com; dmarc=pass"], "katrin@northwind.example.com", "none"),
        (["X-Original-From: Eve <eve@else.example>"], "partnersupport@gitlab.com", ""),
        (["Reply-To: eve@else.example"], "katrin@northwind.example.com", "none"),
    ],
)
def test_what_the_group_noted_must_agree(desk: Desk, more: list[str], sender: str, verdict: str) -> None:
    """S-08, M-20"""
    mail = inbox.take_in(inbox.store(raw("x", *REWRITTEN, *more, **{"from": VIA}), via="command").pk)
    assert (mail.from_address, mail.verdict) == (sender, verdict)
