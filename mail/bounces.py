"""Delivery reports (RFC 3464): whose mail could not be delivered, to whom and why (M-19)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mail import headers
from mail.mime import Part, leaves

MAX_REPORT: Final = 50_000
BLANK_LINE: Final = re.compile(rb"\r?\n(?:[ \t]*\r?\n)+")
RETURNED: Final = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"})
MESSAGE_ID: Final = re.compile(r"<[^<>]{1,900}>")
DAEMONS: Final = ("mailer-daemon@", "postmaster@", "mail-daemon@")


@dataclass(frozen=True, slots=True)
class Recipient:
    address: str
    action: str
    status: str
    diagnostic: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says; `message_id` is that of the returned message, empty when it is not in it."""

    message_id: str
    recipients: tuple[Recipient, ...]


def read(root: Part, *, from_address: str) -> Bounce | None:
    """The report in this message; None for every other mail."""
    parts = list(leaves(root))
    status = next((part for part in parts if part.content_type == "message/delivery-status"), None)
    reporting = root.content_type == "multipart/report" or status is not None
    if not reporting and not from_address.lower().startswith(DAEMONS):
        return None
    if root.kind.parameters.get("report-type", "").lower() == "disposition-notification":
        return None
    returned = next((part for part in parts if part.content_type in RETURNED), None)
    if not reporting and returned is None:
        return None
    recipients = read_recipients(status.payload()[:MAX_REPORT]) if status else ()
    return Bounce(returned_id(returned), recipients)


def returned_id(part: Part | None) -> str:
    if part is None:
        return ""
    fields, _rest = headers.split_block(part.payload()[: headers.MAX_BLOCK])
    match = MESSAGE_ID.search(fields.get("message-id"))
    return match[0] if match else ""


def read_recipients(report: bytes) -> tuple[Recipient, ...]:
    """One group of fields per recipient; the first group is about the whole message."""
    groups = [headers.split_block(group)[0] for group in BLANK_LINE.split(report)]
    return tuple(recipient(group) for group in groups if "final-recipient" in group or "original-recipient" in group)


def recipient(group: headers.Headers) -> Recipient:
    return Recipient(
        address=after_type(group.get("original-recipient") or group.get("final-recipient")),
        action=group.get("action").lower(),
        status=group.get("status").split(" ")[0],
        diagnostic=after_type(group.get("diagnostic-code"))[:1000],
    )


def after_type(value: str) -> str:
    """`rfc822; ana@acme.example` → the address."""
    return value.partition(";")[2].strip() or value.strip()
