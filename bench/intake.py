"""How many mails one process stores durably and takes in a second."""

from __future__ import annotations

import time
import uuid
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from django.conf import settings

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


def mails_a_second() -> float:
    letters = [_letter(number) for number in range(MAILS + WARM_UP)]
    for letter in letters[:WARM_UP]:
        _take(letter)
    began = time.perf_counter()
    for letter in letters[WARM_UP:]:
        _take(letter)
    return MAILS / (time.perf_counter() - began)


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
