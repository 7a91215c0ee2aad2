"""From the row of an outgoing mail to its bytes.

The head is ours (mail.heading), the body the standard library's; files are woven in while they leave.
"""

from __future__ import annotations

import base64
import contextlib
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from django.core.files.base import File
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from mail import addresses, heading
from mail.models import OutgoingAttachment, OutgoingMail

MAX_REFERENCES: Final = 20
LINE: Final = 57  # bytes in a line of base64
CHUNK: Final = LINE * 4096
MARK: Final = 30
ANSWERS: Final = frozenset({OutgoingMail.Purpose.ACKNOWLEDGEMENT, OutgoingMail.Purpose.AWAY})
SIMPLE_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+\-]*/[a-z0-9][a-z0-9.+\-]*")


class Unreadable(Exception):  # noqa: N818 - about a file of ours, not about the mail server
    """A file could not be read to its end while it was being sent."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message on its way: how many bytes it has, and the bytes in pieces, files read as they leave."""

    size: int
    pieces: Iterable[bytes]
    plain: Letter | None = None  # the same for a server without SMTPUTF8, where it can be written


@contextlib.contextmanager
def letter(mail: OutgoingMail) -> Iterator[Letter]:
    """The message with its files open, so that a missing one is found before anything is said to a server."""
    enclosures = list(mail.enclosures.select_related("stored").order_by("position"))
    with contextlib.ExitStack() as opened:
        handles = [opened.enter_context(one.stored.key.open("rb")) for one in enclosures]
        marks = [secrets.token_bytes(MARK) for _one in enclosures]
        body = bytes(build(mail, enclosures, marks))
        for one, mark in zip(enclosures, marks, strict=True):
            body = body.replace(f'filename="{stand_in(mark)}"'.encode(), heading.file_name(one.filename).encode())
        text = split(body, marks)
        size = sum(map(len, text)) + sum(encoded_size(one.stored.size) for one in enclosures)

        def under(head: bytes, *, plain: Letter | None = None) -> Letter:
            return Letter(size=len(head) + size, pieces=woven([head + text[0], *text[1:]], handles), plain=plain)

        whole = heading.block(head(mail))
        fallback = None if whole.isascii() or not is_plain(mail) else under(heading.block(head(mail, plain=True)))
        yield under(whole, plain=fallback)


def build(mail: OutgoingMail, enclosures: Sequence[OutgoingAttachment], marks: Sequence[bytes]) -> EmailMessage:
    """The text and, in the place of each file, a short mark: 25 MB are never held four times over."""
    message = EmailMessage(policy=policy.SMTP)
    message.set_content(mail.body_text, cte="quoted-printable")
    if mail.body_html:
        message.add_alternative(mail.body_html, subtype="html", cte="quoted-printable")
    for enclosure, mark in zip(enclosures, marks, strict=True):
        attach(message, enclosure, mark)
    return message


def split(raw: bytes, marks: Sequence[bytes]) -> list[bytes]:
    """What stands before, between and after the marks."""
    found = []
    for mark in marks:
        before, _mark, raw = raw.partition(base64.b64encode(mark))
        found.append(before)
    return [*found, raw if raw.endswith(b"\r\n") else raw + b"\r\n"]


def woven(text: Sequence[bytes], handles: Sequence[File[bytes]]) -> Iterator[bytes]:
    for piece, handle in zip(text, handles, strict=False):
        yield piece
        yield from encoded(handle)
    yield text[-1]


def encoded(handle: File[bytes]) -> Iterator[bytes]:
    """Base64 in lines of 76; the last one is ended by what follows."""
    between = b""
    while chunk := read(handle):
        yield between + base64.encodebytes(chunk).rstrip(b"\n").replace(b"\n", b"\r\n")
        between = b"\r\n"


def read(handle: File[bytes]) -> bytes:
    try:
        chunk: bytes = handle.read(CHUNK)
    except OSError as problem:
        raise Unreadable(str(problem)) from problem
    return chunk


def encoded_size(size: int) -> int:
    letters, lines = 4 * -(-size // 3), -(-size // LINE)
    return letters + 2 * max(0, lines - 1)


def head(mail: OutgoingMail, *, plain: bool = False) -> Iterator[tuple[str, str]]:
    """The fields of the message, without those that describe its parts; `plain` for a server without SMTPUTF8."""
    yield "Message-ID", mail.message_id
    yield "Date", format_datetime(max(filter(None, [mail.created, mail.not_before])))
    yield "From", heading.person(mail.from_address, name=mail.from_name)
    yield "To", heading.people(mail.to, plain=plain) or "undisclosed-recipients:;"
    if mail.cc:
        yield "Cc", heading.people(mail.cc, plain=plain)
    if mail.reply_to:
        yield "Reply-To", heading.person(mail.reply_to)
    yield "Subject", heading.text(mail.subject, name="Subject")
    if mail.in_reply_to:
        yield "In-Reply-To", mail.in_reply_to
    if mail.references:
        yield "References", heading.ids(capped(mail.references))
    yield "X-PHD-Loop", heading.ids(addresses.loop_header(mail.message_id).split())
    if mail.automatic:
        yield "Auto-Submitted", "auto-replied" if mail.purpose in ANSWERS else "auto-generated"
        yield "X-Auto-Response-Suppress", "All"
    for name, value in mail.headers.items():
        yield name, heading.text(value, name=name)


def capped(references: list[str]) -> list[str]:
    """The first and the newest: what threads need, without headers that grow for ever."""
    if len(references) <= MAX_REFERENCES:
        return references
    return [references[0], *references[-(MAX_REFERENCES - 1) :]]


def attach(message: EmailMessage, enclosure: OutgoingAttachment, content: bytes) -> None:
    kind = enclosure.stored.content_type
    if not SIMPLE_TYPE.fullmatch(kind) or kind.startswith(("multipart/", "message/")):
        kind = "application/octet-stream"
    main, _slash, sub = kind.partition("/")
    message.add_attachment(content, maintype=main, subtype=sub, filename=stand_in(content))


def stand_in(mark: bytes) -> str:
    """For a file's name until ours is put in its place."""
    return mark[:8].hex()


def is_ascii(mail: OutgoingMail) -> bool:
    """Whether every address can be written in ASCII; names and subjects always can."""
    return is_plain(mail) and all(address.isascii() for address in mail.recipients)


def is_plain(mail: OutgoingMail) -> bool:
    """Whether our own addresses can be written in ASCII."""
    return all(address.isascii() for address in [mail.envelope_from, mail.from_address, mail.reply_to])


def page(body_html: str, *, subject: str) -> str:
    """The safe fragment inside the layout of our mails."""
    if not body_html or "<html" in body_html[:200].lower():
        return body_html
    fragment = mark_safe(body_html)  # noqa: S308 - from mail.markdown.render or an escaping template
    return render_to_string("mail/layout.html", {"body": fragment, "subject": subject})
