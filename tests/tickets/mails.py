"""Mails as our own server hands them on, for the tests of intake."""

from __future__ import annotations

import itertools
from email.message import EmailMessage

from mail import inbox, mailboxes
from mail.models import IncomingMail, Mailbox
from tickets.models import Message, Ticket

OURS = "mx.desk.example.com"
HOP = f"from mail.example.com by {OURS} with ESMTPS; Tue, 22 Nov 2022 09:30:00 +0100"
KATRIN = "Katrin Vogel <katrin@northwind.example.com>"
_numbers = itertools.count(1)


def mail(text: str = "Hello,\nthe portal says: account not activated.\n", *, dmarc: str = "", **headers: str) -> bytes:
    """A mail of Katrin's; `dmarc` is what our own server found out about it."""
    message = EmailMessage()
    given = {
        "From": KATRIN,
        "To": "partnersupport@gitlab.com",
        "Subject": "Cannot register a deal",
        "Message-ID": f"<{next(_numbers)}@northwind.example.com>",
        "Date": "Tue, 22 Nov 2022 09:30:00 +0100",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in given.items():
        if value:
            message[name] = value
    message.set_content(text)
    domain = given["From"].rpartition("@")[2].strip("> ")
    above = f"Authentication-Results: {OURS}; dmarc={dmarc} header.from={domain}\nReceived: {HOP}\n" if dmarc else ""
    return above.encode() + message.as_bytes()


def arrives(raw: bytes, *, mailbox: Mailbox | None = None, silent: bool = False) -> IncomingMail:
    stored = inbox.store(raw, via="command", mailbox=mailbox)
    if silent:
        IncomingMail.objects.filter(pk=stored.pk).update(silent=True)
    return inbox.take_in(stored.pk)


def message_of(incoming: IncomingMail) -> Message:
    return Message.objects.select_related("ticket").get(incoming=incoming)


def ticket_of(incoming: IncomingMail) -> Ticket:
    return message_of(incoming).ticket


def our_server_checks(**values: object) -> Mailbox:
    """From now on the default mailbox has a server that says who wrote a mail."""
    box = mailboxes.default()
    for name, value in {"authserv_id": OURS, **values}.items():
        setattr(box, name, value)
    box.save()
    mailboxes.memory.forget()
    return box
