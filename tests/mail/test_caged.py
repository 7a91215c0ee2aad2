"""Messages in the cage: hostile ones end soon, poison is put aside with its cause, the next goes on (F-15, F-16)."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from documents import cage
from documents.cage import keeping
from mail import caged, inbox, parsing, quarantine
from mail.models import IncomingMail
from tests.mail import poison
from tests.mail.conftest import Desk
from tests.mail.messages import HTML, TEXT, multipart, raw

MB = 1024 * 1024

HOSTILE: dict[str, Callable[[], bytes]] = {
    "40,000 encoded words": lambda: raw("x", subject=" ".join(["=?utf-8?B?w6Q=?="] * 40_000)),
    "20,000 recipients": lambda: raw("x", to=", ".join(f"a{number}@x.example" for number in range(20_000))),
    "2,000 levels": lambda: raw(
        "--b\r\n" + "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(2000)),
        'Content-Type: multipart/mixed; boundary="b"',
    ),
    "20,000 parts": lambda: multipart("mixed", *[HTML + "<p>x</p>"] * 20_000),
    "10,000 comments": lambda: raw("x", **{"from": "(" * 10_000 + ")" * 10_000 + " ana@acme.example"}),
    "20,000 quotes": lambda: raw("x", **{"from": '"' * 20_000 + " ana@acme.example"}),
    "escapes": lambda: raw("x", **{"from": '"' + "\\" * 60_000, "to": '"a\\' * 20_000, "cc": "(\\" * 30_000}),
    "letters without @": lambda: raw("x", **{"from": "a" * 60_000, "to": "<" * 60_000, "references": "a@" * 30_000}),
    "1 MB subject": lambda: raw("x", subject="y" * 1_000_000),
    "blanks at a line's end": lambda: raw(("--b" + " " * 5000 + "x\r\n") * 200),
    "endless fields": lambda: b"X-A: y\r\n" * 3_000_000 + raw("hi"),
    "6,000 links": lambda: raw('<a href="https://x.example/">x</a>' * 6000, "Content-Type: text/html"),
    "deep markup": lambda: raw("<div>" * 100_000 + "<table><tr><td>" * 50_000, "Content-Type: text/html"),
    "30 MB of text": lambda: raw("hello world, \r\n" * 2_000_000, "Content-Type: text/plain; format=flowed"),
    "30 MB of markup": lambda: raw("<p>hello</p>" * 2_500_000, "Content-Type: text/html"),
    "uuencode without end": lambda: raw("begin 644 x\r\n" * 100_000),
    "20,000 events": lambda: raw("BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\n" * 20_000, "Content-Type: text/calendar"),
    "endless ASN.1": lambda: raw(
        base64.encodebytes(b"\x30\x80" * 200_000),
        "Content-Type: application/pkcs7-mime",
        "Content-Transfer-Encoding: base64",
    ),
    "noise": lambda: os.urandom(3_000_000),
}


def take(message: bytes) -> IncomingMail:
    return inbox.take_in(inbox.store(message, via="command").pk)


def peak(pid: int | str) -> int:
    """The most memory a process ever held, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_messages_end_within_what_the_cage_gives(name: str) -> None:
    """M-02, S-22: read or escaped; bench/ says how soon."""
    message = HOSTILE[name]()
    try:
        mail = caged.parse(message)
    except cage.Escaped as limit:
        assert str(limit)  # noqa: PT017 - either is an answer
    else:
        assert len(mail.to) <= 500
        assert len(mail.attachments) <= 1000
        assert len(mail.body_text) <= 1_000_000


def test_a_message_of_30_mb_stays_small() -> None:
    """M-02, F-16: less than 300 MB in both processes together."""
    cage.close()
    letters = base64.encodebytes(os.urandom(22 * MB)).decode()
    part = f"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{letters}"
    message = multipart("mixed", TEXT + "see the file", part)
    del part, letters
    caged.parse(raw())
    assert keeping.here.child is not None
    pid = keeping.here.child.process.pid
    before = peak(pid)
    mail = caged.parse(message)
    assert len(mail.attachments[0].content) == 22 * MB
    assert peak(pid) - before < 150


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    cage.allow(poison.parse)
    monkeypatch.setattr(parsing, "parse", poison.parse)
    monkeypatch.setattr(keeping, "CPU_SECONDS", 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("spin", "Reading it took more than 1 seconds of computing."),
        ("hog", "Reading it needed more than 1024 MB of memory."),
        ("nest", "It is nested too deeply to be read."),
        ("abort", "Reading it stopped the process that read it (status -11)."),
        ("stumble", "This message could not be read."),
    ],
)
def test_poison_is_put_aside_with_its_cause_and_the_next_goes_on(
    desk: Desk, poisoned: None, subject: str, reason: str
) -> None:
    """M-03, F-15, F-16: never retried for ever, never in the way; the list shows who wrote about what."""
    first, second = inbox.store(raw(subject=subject), via="command"), inbox.store(raw(subject="fine"), via="command")
    bad = inbox.take_in(first.pk)
    good = inbox.take_in(second.pk)
    assert (bad.state, bad.outcome, bad.reason) == ("done", "quarantined", reason)
    assert (bad.from_address, bad.subject) == ("ana@acme.example", subject)
    assert ("ZeroDivisionError" in bad.error) is (subject == "stumble")
    assert (good.outcome, desk.taken) == ("created", ["fine"])
    assert list(quarantine.waiting()) == [bad]
    assert inbox.take_in(first.pk).reason == reason


@pytest.mark.django_db
def test_a_message_whose_reader_was_killed_once_is_read_by_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F-16: the machine's own memory killer may have struck."""
    real = cage.run
    struck: list[bool] = []

    def strike(task: Any, *values: Any) -> Any:
        if not struck:
            struck.append(True)
            raise cage.Died
        return real(task, *values)

    monkeypatch.setattr(cage, "run", strike)
    assert take(raw()).outcome == "created"
    assert struck


@pytest.mark.django_db
def test_where_the_cage_does_not_start_the_message_waits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """M-03: nothing is wrong with the message."""
    cage.close()
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "command", lambda: ["/bin/false"])
        waiting = take(raw())
    assert (waiting.state, waiting.attempts) == ("received", 0)
    assert waiting.reason == "The process that reads messages could not be started. We try again within a minute."
    assert inbox.take_in(waiting.pk).outcome == "created"


@pytest.mark.django_db
def test_a_message_above_the_limit_is_not_read_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """M-13: a ticket with its header fields, the remark, and the original unchanged."""
    assert parsing.LARGEST == 50 * MB
    monkeypatch.setattr(parsing, "LARGEST", MB)
    message = multipart("mixed", TEXT + "words", "Content-Type: application/pdf; name=a.pdf\r\n\r\n" + "x" * 2 * MB)
    mail = inbox.store(message, via="command")
    parsed = caged.read(mail)
    assert (parsed.subject, parsed.body_text, parsed.attachments) == ("PO 4711", "", ())
    taken = inbox.take_in(mail.pk)
    assert (taken.outcome, taken.subject, taken.from_address) == ("created", "PO 4711", "ana@acme.example")
    assert inbox.raw_bytes(taken.raw_ref) == message
    assert take(message).outcome == "duplicate"
    by_another_route = b"Received: from a by b; Tue, 22 Nov 2022 14:11:00 +0100\r\n" + message
    assert take(by_another_route.replace(b"\r\n", b"\n")).outcome == "duplicate"
    assert take(message.replace(b"xxx\r\n--sep--", b"xxy\r\n--sep--")).outcome == "created"
    assert take(message.replace(b"PO 4711", b"PO 4712")).outcome == "created"


def test_a_line_end_between_two_pieces_counts_once() -> None:
    """M-14"""
    whole = caged.body_hash(b"Subject: x\r\n\r\na\r\nb\r\n", [])
    assert whole == caged.body_hash(b"Subject: x\n\na\n", [b"b\n"])
    assert whole == caged.body_hash(b"Subject: y\r\n\r\na\r", [b"\nb\r", b"\n"])
    assert whole != caged.body_hash(b"Subject: x\r\n\r\na\r", [b"b\r\n"])


def test_the_remark_on_a_message_above_the_limit() -> None:
    """M-13"""
    mail = parsing.parse_head(raw(), 63 * MB + 1, "a" * 64)
    [remark] = mail.remarks
    assert remark.kind == "oversize"
    assert remark.text.startswith("This message has 64 MB. Of messages above 50 MB only the header fields are read;")
    assert mail.content_hash != parsing.parse_head(raw(), 63 * MB + 1, "b" * 64).content_hash
