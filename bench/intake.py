"""How many mails one process stores durably and takes in a second, and what large and hostile ones cost."""

from __future__ import annotations

import os
import statistics
import time
import uuid
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.client import Times
from mail import inbox
from mail.models import IncomingMail

MAILS = 400
WARM_UP = 20
LARGE = 22_000_000  # 30 MB as base64
TEXT = """Hello,

our purchase order for the renewal is on its way. Could you tell us who the channel manager is, and whether the
discount of last year still holds? The customer needs the licence by the end of the month.

Kind regards
Ana Silva
"""


def taken_in() -> Times:
    """Each mail stored durably and taken in, one after the other; the bytes are those of a mail."""
    letters = [_letter(number) for number in range(MAILS + WARM_UP)]
    for letter in letters[:WARM_UP]:
        _take(letter)
    taken = sorted(_timed(letter) for letter in letters[WARM_UP:])
    return Times(
        median=statistics.median(taken),
        p95=taken[int(len(taken) * 0.95)],
        bytes=len(letters[0]),
        rate=1000 * MAILS / sum(taken),
    )


def stored() -> Times:
    """Each mail only stored: durable and committed, as the door does before it says 250."""
    letters = [_letter(number) for number in range(MAILS)]
    times = sorted(_clocked(partial(inbox.store, letter, via=IncomingMail.Via.COMMAND)) for letter in letters)
    return Times(
        median=statistics.median(times),
        p95=times[int(len(times) * 0.95)],
        bytes=len(letters[0]),
        rate=1000 * MAILS / sum(times),
    )


def large() -> tuple[float, int]:
    """One mail of 30 MB with a file in it: the milliseconds until it is a ticket, and the most memory we grew by."""
    letter = _letter(0)
    message = message_from_bytes(letter, policy=policy.default)
    assert isinstance(message, EmailMessage)
    message.add_attachment(os.urandom(LARGE), maintype="application", subtype="pdf", filename="scan.pdf")
    raw = message.as_bytes()
    _reset_peak()
    before = _peak()
    taken = _clocked(partial(_take, raw))
    return taken, _peak() - before


def hostile() -> dict[str, float]:
    """What others broke on, by name: the milliseconds until an outcome, whichever."""
    return {name: _clocked(partial(_any_outcome, raw)) for name, raw in _hostile().items()}


def statements() -> int:
    """How many one mail takes."""
    letter = _letter(MAILS + WARM_UP)
    with CaptureQueriesContext(connection) as seen:
        _take(letter)
    return len(seen)


def _timed(letter: bytes) -> float:
    return _clocked(partial(_take, letter))


def _clocked(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _peak() -> int:
    """The most memory this process has had, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _any_outcome(raw: bytes) -> None:
    mail = inbox.take_in(inbox.store(raw, via=IncomingMail.Via.COMMAND).pk)
    if not mail.outcome:
        raise RuntimeError(f"{mail.reason} {mail.error}")


def _hostile() -> dict[str, bytes]:
    """The messages that cost other programs seconds, gigabytes or the process (trust.md, M-02)."""
    many = ", ".join(f"p{number}@load.example" for number in range(20_000))
    deep = "".join(
        f"--b{level}\r\nContent-Type: multipart/mixed; boundary=b{level + 1}\r\n\r\n" for level in range(2000)
    )
    return {
        "20,000 addresses in Cc": _letter(1).replace(b"To:", f"Cc: {many}\r\nTo:".encode(), 1),
        "10,000 nested comments": _letter(2).replace(b"To:", b"X-A: x\r\nReply-To: " + b"(" * 10_000 + b"\r\nTo:", 1),
        "40,000 encoded words": _letter(3).replace(b"Subject:", b"Subject:" + b" =?utf-8?q?a=C3=A9?=" * 40_000, 1),
        "2,000 parts deep": b"From: a@load.example\r\nSubject: deep\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n" + deep.encode(),
        "HTML 5,000 tags deep": b"From: a@load.example\r\nSubject: html\r\nContent-Type: text/html\r\n\r\n"
        + b"<div>" * 5000 + b"x",
        "5,000 links": b"From: a@load.example\r\nSubject: links\r\nContent-Type: text/html\r\n\r\n"
        + b'<a href="https://load.example/x">x</a> ' * 5000,
    }  # fmt: skip


def _take(letter: bytes) -> None:
    mail = inbox.take_in(inbox.store(letter, via=IncomingMail.Via.COMMAND).pk)
    if mail.outcome != IncomingMail.Outcome.CREATED:
        raise RuntimeError(f"{mail.outcome}: {mail.reason} {mail.error}")


def _letter(number: int) -> bytes:
    letter = EmailMessage()
    letter["From"] = f"Ana Silva <person{number % 10 + 1}@partner{number % 400 + 1}.load.example>"
    letter["To"] = settings.SUPPORT_ADDRESS
    letter["Date"] = formatdate()
    letter["Message-ID"] = make_msgid(domain="load.example")
    letter["Subject"] = f"Question {uuid.uuid4().hex[:8]} about our renewal"
    letter.set_content(TEXT)
    return letter.as_bytes()
