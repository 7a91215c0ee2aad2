"""How many mails one process stores durably and takes in a second."""

from __future__ import annotations

import statistics
import time
import uuid
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.client import Times
from mail import inbox
from mail.models import IncomingMail

MAILS = 400
WARM_UP = 20
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


def statements() -> int:
    """How many one mail takes."""
    letter = _letter(MAILS + WARM_UP)
    with CaptureQueriesContext(connection) as seen:
        _take(letter)
    return len(seen)


def _timed(letter: bytes) -> float:
    began = time.perf_counter()
    _take(letter)
    return (time.perf_counter() - began) * 1000


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
