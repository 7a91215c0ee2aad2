"""From the row of an outgoing mail to its bytes.

Headers are built by the standard library from single lines only, so a line break in a subject, a name or a file
name cannot become a header (S-10).
"""

from __future__ import annotations

import re
from email import policy
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, ClassVar, Final, Literal

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from mail import addresses
from mail.envelopes import header_address
from mail.models import OutgoingAttachment, OutgoingMail

MAX_REFERENCES: Final = 20
SIMPLE_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+\-]*/[a-z0-9][a-z0-9.+\-]*")


class MessageIds(BaseHeader):
    """Fields made of ids, one a line: the library would encode an id longer than 78 characters."""

    max_count: ClassVar[Literal[1]] = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        kwds["decoded"] = " ".join(value.split())
        kwds["parse_tree"] = None

    def fold(self, *, policy: policy.Policy) -> str:
        return f"{self.name}: " + f"{policy.linesep} ".join(str(self).split()) + policy.linesep


REGISTRY: Final = HeaderRegistry()
REGISTRY.map_to_type("message-id", MessageIds)
REGISTRY.map_to_type("x-phd-loop", MessageIds)
REGISTRY.map_to_type("in-reply-to", MessageIds)
REGISTRY.map_to_type("references", MessageIds)
ASCII: Final = policy.SMTP.clone(header_factory=REGISTRY)
UTF8: Final = policy.SMTPUTF8.clone(header_factory=REGISTRY)


def build(mail: OutgoingMail) -> EmailMessage:
    """The message; `bytes(message)` is what goes over the wire."""
    message = EmailMessage(policy=ASCII if is_ascii(mail) else UTF8)
    put_headers(message, mail)
    message.set_content(mail.body_text, cte="quoted-printable")
    if mail.body_html:
        message.add_alternative(mail.body_html, subtype="html", cte="quoted-printable")
    for enclosure in mail.enclosures.select_related("stored").order_by("position"):
        attach(message, enclosure)
    return message


def put_headers(message: EmailMessage, mail: OutgoingMail) -> None:
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(max(filter(None, [mail.created, mail.not_before])))
    message["From"] = header_address(mail.from_address, name=mail.from_name)
    message["To"] = people(mail.to) or "undisclosed-recipients:;"
    if mail.cc:
        message["Cc"] = people(mail.cc)
    if mail.reply_to:
        message["Reply-To"] = header_address(mail.reply_to)
    message["Subject"] = mail.subject
    if mail.in_reply_to:
        message["In-Reply-To"] = mail.in_reply_to
    if mail.references:
        message["References"] = " ".join(capped(mail.references))
    message["X-PHD-Loop"] = addresses.loop_header(mail.message_id)
    if mail.automatic:
        reply = mail.purpose in {OutgoingMail.Purpose.ACKNOWLEDGEMENT, OutgoingMail.Purpose.AWAY}
        message["Auto-Submitted"] = "auto-replied" if reply else "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    for name, value in mail.headers.items():
        message[name] = value


def people(rows: list[dict[str, str]]) -> tuple[Address, ...]:
    return tuple(header_address(row["address"], name=row["name"]) for row in rows)


def capped(references: list[str]) -> list[str]:
    """The first and the newest: what threads need, without headers that grow for ever."""
    if len(references) <= MAX_REFERENCES:
        return references
    return [references[0], *references[-(MAX_REFERENCES - 1) :]]


def attach(message: EmailMessage, enclosure: OutgoingAttachment) -> None:
    kind = enclosure.stored.content_type
    if not SIMPLE_TYPE.fullmatch(kind) or kind.startswith(("multipart/", "message/")):
        kind = "application/octet-stream"
    main, _slash, sub = kind.partition("/")
    message.add_attachment(enclosure.stored.read(), maintype=main, subtype=sub, filename=enclosure.filename)


def is_ascii(mail: OutgoingMail) -> bool:
    """Whether every address can be written in ASCII; names and subjects always can."""
    return all(address.isascii() for address in [*mail.recipients, mail.from_address, mail.reply_to])


def page(body_html: str, *, subject: str) -> str:
    """The safe fragment inside the layout of our mails."""
    if not body_html or "<html" in body_html[:200].lower():
        return body_html
    fragment = mark_safe(body_html)  # noqa: S308 - from mail.markdown.render or an escaping template
    return render_to_string("mail/layout.html", {"body": fragment, "subject": subject})
