"""Delivery reports (RFC 3464, and the plain texts of older servers): whose mail came back, from whom and why (M-19)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from mail import headers
from mail.mime import Part, leaves

MAX_REPORT: Final = 50_000
MAX_RECIPIENTS: Final = 200
MAX_WORDS: Final = 1000
BLANK_LINE: Final = re.compile(rb"\r?\n(?:[ \t]*\r?\n)+")
RETURNED: Final = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"})
STATUS: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
OF_A_MAIL: Final = ("message-id", "from", "to", "subject", "date", "received")
MESSAGE_ID: Final = re.compile(r"<[^<>]{1,900}>")
DAEMONS: Final = ("mailer-daemon@", "postmaster@", "mail-daemon@", "mailerdaemon@", "mdaemon@")
FOLDED: Final = re.compile(r"\n[ \t]+")

# Where a text gives the failed mail back: what follows is that mail, never the report.
COPY_BELOW: Final = re.compile(
    r"^[ \t>*-]*(?:Below this line is a copy of the message|This is a copy of (?:the|your) message|Original message"
    r"|Included is a copy of the message header|Original message headers|Undelivered message follows"
    r"|The body of the message is|Message header follows|Returned message follows|Unsent message below)\b.*$",
    re.IGNORECASE | re.MULTILINE,
)
# How such a text begins; without one of these a mail of a postmaster is a mail of a person.
FAILURE: Final = re.compile(
    r"could not be delivered|couldn't be delivered|wasn't delivered|was not delivered|delivery (?:has )?failed"
    r"|delivery to the following recipients?\b.{0,40}\bfailed|undeliver(?:able|ed)|unable to deliver"
    r"|(?:not|wasn't|unable|was not) (?:able )?to deliver|returned mail|delivery status notification"
    r"|this is a permanent error|permanent fatal errors"
    r"|delivery (?:is|has been|was) delayed|message (?:is|was) delayed|not yet been delivered|konnte nicht zugestellt",
    re.IGNORECASE | re.DOTALL,
)
DELAYED: Final = re.compile(
    r"delay(?:ed)?\b|not yet been delivered|will (?:continue|keep) (?:to )?try|will be retried|THIS IS A WARNING",
    re.IGNORECASE,
)
ADDRESS: Final = r"[^\s<>()\[\],;:\"']{1,64}@[^\s<>()\[\],;:\"']{1,250}[A-Za-z0-9]"
# A recipient alone on its line, `<ana@acme.example>:` of qmail and Postfix, or in the sentence of Gmail.
RECIPIENTS: Final = (
    re.compile(rf"^[ \t]*<?({ADDRESS})>?[ \t]*(?:\([^)\n]*\)[ \t]*)?:?[ \t]*$", re.MULTILINE),
    re.compile(rf"^[ \t]*<({ADDRESS})>:?[ \t]*(?=\S)", re.MULTILINE),
    re.compile(
        rf"\b(?:delivered to|deliver (?:it |your message )?to|failed recipients?:?)\s+<?({ADDRESS})>?", re.IGNORECASE
    ),
)
CODE: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
REPLY: Final = re.compile(r"\b([45])(\d)\d\b(?=[ -])")


@dataclass(frozen=True, slots=True)
class Recipient:
    address: str
    action: str
    status: str
    diagnostic: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says; `message_id` and `loop` are those of the returned mail, where it is in it.

    `certain`: by its form or a field of its own, or because it gives a mail back; else only its words sound like one.
    """

    message_id: str
    recipients: tuple[Recipient, ...]
    loop: str = ""
    certain: bool = True


def read(root: Part, *, from_address: str) -> Bounce | None:
    """The report in this message; None for every other mail."""
    if root.kind.parameters.get("report-type", "").lower() == "disposition-notification":
        return None
    parts = list(leaves(root))
    status = next((part for part in parts if part.content_type in STATUS), None)
    reporting = root.content_type == "multipart/report" or status is not None
    if not reporting and not from_address.lower().startswith(DAEMONS):
        return None
    if any(part.content_type == "message/disposition-notification" for part in parts):
        return None
    texts = (part for part in parts if part.content_type.startswith("text/") and part.content_type not in RETURNED)
    text = next((part.text()[:MAX_REPORT] for part in texts), "")
    report, copy = split_copy(text)
    returned = next((part for part in parts if part.content_type in RETURNED), None)
    if not reporting and returned is None and not FAILURE.search(" ".join(report.split())):
        return None
    fields = returned_fields(returned, copy)
    recipients = read_recipients(status.payload()[:MAX_REPORT]) if status else ()
    return Bounce(
        message_id=first_id(fields.get("message-id")),
        recipients=recipients or recipients_in_text(report),
        loop=fields.get("x-phd-loop"),
        certain=reporting or "x-failed-recipients" in root.headers or gives_back(fields),
    )


def gives_back(fields: headers.Headers) -> bool:
    """What stands there is the header of a mail, not a quoted line or two."""
    return sum(name in fields for name in OF_A_MAIL) >= 2


def says_failure(text: str) -> bool:
    """The words of a report from which no recipient could be read: a failure, not a delay."""
    report = " ".join(split_copy(text[:MAX_REPORT])[0].split())
    return bool(FAILURE.search(report)) and not DELAYED.search(report)


def split_copy(text: str) -> tuple[str, str]:
    """The words of the server, and the copy of the failed mail below them."""
    match = COPY_BELOW.search(text)
    return (text[: match.start()], text[match.end() :]) if match else (text, "")


def returned_fields(part: Part | None, copy: str) -> headers.Headers:
    """The header of the returned mail, from its own part or from below the text."""
    data = part.payload()[: headers.MAX_BLOCK] if part is not None else copy.strip().encode("utf-8", "replace")
    return headers.split_block(data.lstrip(b"\r\n"))[0]


def first_id(value: str) -> str:
    match = MESSAGE_ID.search(value)
    return match[0] if match else ""


def read_recipients(report: bytes) -> tuple[Recipient, ...]:
    """One group of fields per recipient; the first group is about the whole message. A cut report gives what it has."""
    groups = [headers.split_block(group)[0] for group in BLANK_LINE.split(report.lstrip(b"\r\n"))]
    found = [recipient(group) for group in groups if "final-recipient" in group or "original-recipient" in group]
    return tuple(found[:MAX_RECIPIENTS])


def recipient(group: headers.Headers) -> Recipient:
    status = CODE.search(group.get("status"))
    diagnostic = after_type(group.get("diagnostic-code"))[:MAX_WORDS]
    return Recipient(
        address=after_type(group.get("original-recipient") or group.get("final-recipient")).strip("<> "),
        action=group.get("action").split(" ")[0].lower(),
        status=status[1] if status else status_in(diagnostic),
        diagnostic=diagnostic,
    )


def after_type(value: str) -> str:
    """`rfc822; ana@acme.example` → the address."""
    return value.partition(";")[2].strip() or value.strip()


def recipients_in_text(report: str) -> tuple[Recipient, ...]:
    """The recipients a text names, each with the words that follow it."""
    flat = report.replace("\xa0", " ")
    found: dict[str, tuple[int, int]] = {}
    for match in named_in(flat):
        found.setdefault(match[1].lower().rstrip("."), match.span())
    starts = sorted(start for start, _end in found.values())
    action = "delayed" if DELAYED.search(" ".join(flat.split())) else "failed"
    out = []
    for address, (start, end) in list(found.items())[:MAX_RECIPIENTS]:
        until = next((other for other in starts if other > start), len(flat))
        words = " ".join(FOLDED.sub(" ", flat[end:until]).split())[:MAX_WORDS]
        out.append(Recipient(address, action, status_in(words) or status_in(flat), words))
    return tuple(out)


def named_in(report: str) -> Iterator[re.Match[str]]:
    """By the form that is surest to be one; only when it finds nobody by the next."""
    for form in RECIPIENTS:
        matches: Iterable[re.Match[str]] = list(form.finditer(report))
        if matches:
            yield from matches
            return


def status_in(words: str) -> str:
    """The enhanced status code in a server's words, or what its three digits amount to."""
    if code := CODE.search(words):
        return code[1]
    reply = REPLY.search(words)
    return f"{reply[1]}.0.0" if reply else ""
