"""Mail of the demo that no story tells: what the desk put aside, and reports about mails of ours that came back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid
from pathlib import Path
from typing import Any

from django.conf import settings

from documents.models import StoredFile
from helpdesk.demo_data import files, plots
from mail import inbox, mailboxes
from mail.inbox import Envelope
from mail.models import IncomingMail, Mailbox, OutgoingMail
from people import calendar
from web import datafiles

DATA = Path(__file__).parent / "aside.toml"


def put_aside(now: datetime) -> list[IncomingMail]:
    """Takes each in through the inbox, which puts it aside; then it gets its age."""
    return [_aside(words, now) for words in datafiles.read(DATA)["mail"]]


@contextmanager
def believing(server: str) -> Iterator[None]:
    """What this mail server found out about senders is believed meanwhile; the demo itself has none before it."""
    box = Mailbox.objects.filter(pk=mailboxes.default().pk)
    if server:
        box.update(authserv_id=server)
    yield
    if server:
        box.update(authserv_id="")


def report(mail: OutgoingMail, *, address: str, moment: datetime) -> bytes:
    """What a mail server writes when nobody is there, as Postfix does."""
    domain = address.rpartition("@")[2]
    head = [
        f"From: Mail Delivery System <MAILER-DAEMON@mx.{domain}>",
        f"To: {mail.envelope_from}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Date: {format_datetime(moment)}",
        f"Message-ID: {make_msgid(domain=f'mx.{domain}')}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="report"',
    ]
    said = f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
    fields = f"Final-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; {said}"
    parts = [
        f"Content-Type: text/plain\n\nThe mail could not be delivered to {address}:\n\n    {said}",
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.{domain}\n\n{fields}",
        f"Content-Type: text/rfc822-headers\n\nMessage-ID: {mail.message_id}\nSubject: {mail.subject}",
    ]
    body = "".join(f"--report\n{part}\n\n" for part in parts) + "--report--\n"
    return "\n".join(head).encode() + b"\n\n" + body.encode()


def _aside(words: dict[str, Any], now: datetime) -> IncomingMail:
    hours = calendar.hours_of("EMEA")
    moment = plots.before(now, plots.length_of(words["ago"], hours), hours)
    envelope = Envelope(sender=words["envelope"], recipients=(settings.SUPPORT_ADDRESS,))
    mail = inbox.take_in(inbox.store(_letter(words, moment), via=IncomingMail.Via.SMTP, envelope=envelope).pk)
    if mail.outcome != IncomingMail.Outcome.QUARANTINED:
        raise RuntimeError(f"A mail of the demo was not put aside: {mail.outcome}, {mail.reason}")
    IncomingMail.objects.filter(pk=mail.pk).update(received=moment, handled=moment)
    StoredFile.objects.filter(pk=mail.raw_id).update(created=moment)
    return mail


def _letter(words: dict[str, Any], moment: datetime) -> bytes:
    letter = EmailMessage()
    letter["To"] = settings.SUPPORT_ADDRESS
    letter["Date"] = format_datetime(moment)
    letter["Message-ID"] = make_msgid(domain=words["envelope"].rpartition("@")[2])
    letter["Subject"] = words["subject"]
    letter.set_content(words["text"])
    if "file" in words:
        name, content, kind = files.made(words["file"])
        main, _slash, sub = kind.partition("/")
        letter.add_attachment(content, maintype=main, subtype=sub, filename=name)
    sender = formataddr((words["from"], f"{'r-8fa1c07b' * 26}@mailer.example")) if "long_address" in words else ""
    return f"From: {sender}\n".encode() + letter.as_bytes()
