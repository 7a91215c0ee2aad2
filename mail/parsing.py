"""Bytes → what a message says. No database, no network, bounded; never raises on what a sender can write."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from mail import address_lists, bodies, bounces, mime, opening, remarks, showing
from mail.address_lists import Address
from mail.bodies import ParsedPart
from mail.bounces import Bounce
from mail.headers import Headers, one_line, raw_text
from mail.remarks import Remark
from mail.showing import NOTHING, Shown

__all__ = ["Address", "Bounce", "Headers", "ParsedMail", "ParsedPart", "Remark", "parse", "parse_head"]

LARGEST: Final = 50 * 1024 * 1024
MAX_SUBJECT: Final = 2000
MAX_TEXT: Final = 1_000_000
MAX_REFERENCES: Final = 50
MAX_ID: Final = 480
BRACKETED: Final = re.compile(r"<([^<>]{1,2000})>")
BARE_ID: Final = re.compile(r"(?:^|(?<=[\s,;]))[^\s<>,;@]{1,400}@[^\s<>,;]{1,250}")
BLANKS_AT_END: Final = re.compile(rb"(?<![ \t])[ \t]+(?=\n)")


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """Everything read in a message. `body_html` is as it came: sanitise before anybody sees it."""

    headers: Headers
    subject: str
    from_: Address | None
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: datetime | None
    content_type: str
    body_text: str
    body_html: str
    has_plain: bool
    attachments: tuple[ParsedPart, ...]
    bounce: Bounce | None
    content_hash: str
    remarks: tuple[Remark, ...] = ()
    shown: Shown = NOTHING


def parse(raw: bytes) -> ParsedMail:
    """The whole message. Runs in the cage (`mail.caged`); what it costs is limited there."""
    root = mime.parse(raw)
    mail = of_fields(root, content_hash=hash_of(root))
    report = bounces.read(root, from_address=mail.from_.address if mail.from_ else "")
    found = opening.open_parts(root)
    blocks, files = bodies.choose(root)
    markup, text = bodies.body_html(blocks), bodies.body_text(blocks)
    has_plain = any(block.has_plain for block in blocks)
    shown = showing.of(text=text[:MAX_TEXT], html=markup, subject=mail.subject, has_plain=has_plain)
    return replace(
        mail,
        body_text=text[:MAX_TEXT],
        body_html="" if shown.too_large else markup,
        has_plain=has_plain,
        attachments=bodies.attachments(files, markup=markup),
        bounce=report,
        remarks=remarks.together(
            mail.remarks,
            found,
            remarks.about_parts(root),
            remarks.about_texts(html_too_large=shown.too_large, text_too_long=len(text) > MAX_TEXT),
        ),
        shown=shown,
    )


def parse_head(head: bytes, size: int, body_sha256: str) -> ParsedMail:
    """The header fields of a message too large to be read, or one that cannot be; its body by its hash only (M-14)."""
    root = mime.whole(head)
    digest = hashlib.sha256(named_in(root.headers, "from", "date", "subject", "message-id") + body_sha256.encode())
    mail = of_fields(root, content_hash=digest.hexdigest())
    oversize = [remarks.oversize(size, LARGEST)] if size > LARGEST else []
    return replace(mail, remarks=remarks.together(oversize, mail.remarks))


def of_fields(root: mime.Part, *, content_hash: str) -> ParsedMail:
    """What the header fields say; nothing of the body yet."""
    fields = root.headers
    froms = address_lists.parse(fields.raw_all("from"))
    senders = address_lists.parse(fields.raw_all("sender"))
    to, cc = address_lists.parse(fields.raw_all("to")), address_lists.parse(fields.raw_all("cc"))
    from_ = next(iter(froms or senders), None)
    return ParsedMail(
        headers=fields,
        subject=visible(fields.get("subject"))[:MAX_SUBJECT],
        from_=from_,
        sender=next(iter(senders), None),
        reply_to=address_lists.parse(fields.raw_all("reply-to")),
        to=to,
        cc=cc,
        message_id=own_id(fields) or f"<gen-{content_hash[:40]}@missing.invalid>",
        in_reply_to=ids(fields, "in-reply-to"),
        references=ids(fields, "references"),
        date=claimed_date(fields.get("date")),
        content_type=root.content_type,
        body_text="",
        body_html="",
        has_plain=False,
        attachments=(),
        bounce=None,
        content_hash=content_hash,
        remarks=remarks.together(remarks.about_fields(fields, from_, recipients=max(len(to), len(cc)))),
    )


def visible(subject: str) -> str:
    """Empty where nothing of it can be seen: zero-width marks and the like (M-08)."""
    return subject if any(unicodedata.category(char)[0] not in "CZ" for char in subject[:MAX_SUBJECT]) else ""


def own_id(fields: Headers) -> str:
    value = one_line(raw_text(fields.raw("message-id")))
    found = bracketed(value)
    if found:
        return found[0]
    bare = value.strip("<> ")
    return shortened(f"<{''.join(bare.split())}>") if bare else ""


def ids(fields: Headers, name: str) -> tuple[str, ...]:
    """The Message-IDs of a field, each once, the newest 50; ids without brackets count where no other is found."""
    text = one_line(raw_text(b" ".join(fields.raw_all(name))))
    found = bracketed(text) or [shortened(f"<{bare}>") for bare in BARE_ID.findall(text)]
    return tuple(dict.fromkeys(found))[-MAX_REFERENCES:]


def bracketed(text: str) -> list[str]:
    """`<…>` without the blanks that folding put inside."""
    return [shortened(f"<{''.join(inside.split())}>") for inside in BRACKETED.findall(text) if inside.strip()]


def shortened(message_id: str) -> str:
    """Over-long ids keep their beginning and get a digest, so that two never become one."""
    if len(message_id.encode()) <= MAX_ID:
        return message_id
    digest = hashlib.sha256(message_id.encode()).hexdigest()
    return f"{message_id.encode()[: MAX_ID - 70].decode(errors='ignore')}-{digest}>"


def claimed_date(value: str) -> datetime | None:
    """The Date header as a UTC time, if it is one."""
    try:
        moment = parsedate_to_datetime(value[:200])
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if 1970 <= moment.year <= 9998 else None


def hash_of(root: mime.Part) -> str:
    """From, Date, Subject and every part's content, trace headers left out (M-14).

    The same mail by two routes agrees, also when a server changed line ends or the transfer encoding.
    """
    digest = hashlib.sha256(named_in(root.headers, "from", "date", "subject"))
    for part in mime.leaves(root):
        payload = part.payload()
        if part.content_type.startswith(("text/", "message/", "multipart/")):
            payload = without_blanks_at_ends(payload)
        digest.update(part.content_type.encode("utf-8", "replace") + b"\n" + hashlib.sha256(payload).digest())
    return digest.hexdigest()


def named_in(fields: Headers, *names: str) -> bytes:
    """The values of these fields, a line each, however they were folded."""
    return b"".join(b" ".join(fields.raw(name).split()) + b"\n" for name in names)


def without_blanks_at_ends(text: bytes) -> bytes:
    """Of its lines and of itself, with plain line ends: what servers on the way change."""
    text = text.replace(b"\r\n", b"\n")
    if b" \n" in text or b"\t\n" in text:
        text = BLANKS_AT_END.sub(b"", text)
    return text.strip()
