"""What the lists show of a caught message."""

from __future__ import annotations

from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from typing import Any


def of(raw: bytes, *, sender: str, recipients: list[str]) -> dict[str, Any]:
    """Contract §1; addresses bare, `recipients` as the envelope named them."""
    headers = BytesHeaderParser(policy=policy.compat32).parsebytes(raw)
    senders = addresses(headers, "From")
    return {
        "from": senders[0] if senders else sender,
        "to": addresses(headers, "To"),
        "cc": addresses(headers, "Cc"),
        "recipients": recipients,
        "envelope_from": sender,
        "subject": decoded(headers, "Subject"),
        "message_id": decoded(headers, "Message-ID"),
        "auto_submitted": decoded(headers, "Auto-Submitted"),
        "size": len(raw),
    }


def addresses(headers: Message, name: str) -> list[str]:
    fields = [str(value) for value in headers.get_all(name, [])]
    return [address for _name, address in getaddresses(fields) if address]


def decoded(headers: Message, name: str) -> str:
    value = headers.get(name, "")
    try:
        text = str(make_header(decode_header(value)))
    except (MessageError, LookupError, UnicodeError, ValueError):
        text = str(value)
    return " ".join(text.split())
