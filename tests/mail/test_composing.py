"""S-10, S-04: whatever somebody typed or sent, the message that leaves has exactly the headers we meant."""

from __future__ import annotations

import base64
import random
import tracemalloc
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import unquote
from typing import Any

import pytest
from django.template.loader import render_to_string

from documents import storing
from mail import composing, outbox
from mail.models import OutgoingMail

pytestmark = pytest.mark.django_db

PIECES = [
    "\r\n", "\n", "\r", "\0", "\u2028", "\x85", "\x0b", "\x0c", "\x1c", "\t", "Bcc: evil@x.example", "Subject: other",
    "=?utf-8?q?=0D=0ABcc:_evil@x.example?=", "=?utf-8?b?DQpCY2M6IGV2aWxAeC5leGFtcGxl?=", '"', "\\", "<", ">", ",", ";",
    ":", "(", ")", "[", "]", "@", "é", "ß", "漢字", "😀", "\u202e", "\ufeff", "\ud800", "%0d%0a", "=", "?=", "'",
    "filename*=", "a", "Order", " ", "  ", "x" * 90, "y" * 1200, "word " * 60,
]  # fmt: skip
ALWAYS = {"Message-ID", "Date", "From", "To", "Reply-To", "Subject", "X-PHD-Loop", "MIME-Version", "Content-Type"}


def hostile(seed: int) -> Iterator[str]:
    """Texts made of what breaks headers, the same for the same seed."""
    chance = random.Random(seed)
    while True:
        yield "".join(chance.choices(PIECES, k=chance.randint(1, 7)))


def sent(mail: OutgoingMail) -> tuple[bytes, EmailMessage]:
    """The bytes that would go over the wire, and what another program reads in them."""
    with composing.letter(mail) as letter:
        wire = b"".join(letter.pieces)
        assert letter.size == len(wire)
    message = message_from_bytes(wire, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return wire, message


@pytest.mark.parametrize("seed", range(60))
def test_hostile_input_is_never_a_header(seed: int) -> None:
    """S-10: subject, names, ids, more headers and file names; what another program reads back is what we meant."""
    text = hostile(seed)
    names = [next(text), next(text)]
    files = [(storing.store(b"x", name="x"), name) for name in names]
    mail = outbox.queue(
        to=[(next(text), "ana@acme.example"), ("Bo", "bo@acme.example")],
        cc=[(next(text), "cc@acme.example")],
        bcc=[(next(text), "secret@acme.example")],
        subject=next(text),
        from_name=next(text),
        in_reply_to=next(text),
        references=[next(text) for _ in range(30)],
        headers={"X-Kind": next(text)},
        body_text=next(text),
        attachments=files,
        purpose="reply",
        token_key="PHD-1",
    )
    mail.refresh_from_db()
    wire, message = sent(mail)
    optional = {"In-Reply-To": mail.in_reply_to, "References": mail.references}
    assert set(message.keys()) == ALWAYS | {"Cc", "X-Kind"} | {name for name, value in optional.items() if value}
    assert all(len(message.get_all(name, [])) == 1 for name in message)
    assert b"secret@acme.example" not in wire
    assert [one.addr_spec for one in message["To"].addresses] == ["ana@acme.example", "bo@acme.example"]
    assert [one.addr_spec for one in message["Cc"].addresses] == ["cc@acme.example"]
    assert [one.addr_spec for one in message["From"].addresses] == [mail.from_address]
    assert squeezed(message["Subject"]) == squeezed(mail.subject)
    assert message["Message-ID"] == mail.message_id
    assert str(message["References"] or "").split() == composing.capped(mail.references)
    assert all(len(line) <= 998 for line in wire.split(b"\r\n"))
    assert b"\n" not in wire.replace(b"\r\n", b"")
    kept = list(mail.enclosures.order_by("position").values_list("filename", flat=True))
    assert [squeezed(part.get_filename() or "") for part in message.iter_attachments()] == [
        squeezed(unquote(name)) for name in kept
    ]  # as the reader does


def squeezed(text: str) -> str:
    """Blanks may move where a long header is folded."""
    return "".join(str(text).split())


@pytest.mark.parametrize(
    "name", ["März “Übersicht” 2022.pdf", "a'b*c%20d.pdf", "x" * 240 + ".pdf", "漢字" * 30 + ".docx"]
)
def test_odd_file_names_arrive(name: str) -> None:
    """RFC 2231: beyond ASCII, with quotes and percent signs, longer than a line."""
    file = storing.store(b"\0\1\2" * 5000, name=name)
    mail = outbox.queue(to=["a@x.example"], subject="s", body_text="b", purpose="reply", attachments=[(file, name)])
    _wire, message = sent(mail)
    [part] = message.iter_attachments()
    assert part.get_filename() == mail.enclosures.get().filename
    assert part.get_payload(decode=True) == b"\0\1\2" * 5000


@pytest.mark.parametrize("size", [0, 1, 56, 57, 58, composing.CHUNK - 1, composing.CHUNK, composing.CHUNK + 1])
def test_files_leave_byte_for_byte(size: int) -> None:
    """Whatever their size; beside another file and lines that begin with a dot."""
    content = random.Random(size).randbytes(size)
    files = [(storing.store(one, name="a.bin"), "a.bin") for one in (content, b"second")]
    mail = outbox.queue(to=["a@x.example"], subject="s", body_text=".\n..\n", purpose="reply", attachments=files)
    _wire, message = sent(mail)
    assert [part.get_payload(decode=True) for part in message.iter_attachments()] == [content, b"second"]


def test_25_mb_are_not_held_in_memory() -> None:
    """One piece at a time, however large the file."""
    file = storing.store(b"\xff" * 25_000_000, name="big.bin")
    mail = outbox.queue(
        to=["a@x.example"], subject="s", body_text="b", purpose="reply", attachments=[(file, "big.bin")]
    )
    tracemalloc.start()
    with composing.letter(mail) as letter:
        total = sum(map(len, letter.pieces))
        assert total == letter.size > 33_000_000
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000


@pytest.mark.parametrize(
    ("purpose", "automatic", "said"),
    [
        ("reply", False, None),
        ("acknowledgement", True, "auto-replied"),
        ("away", True, "auto-replied"),
        ("notice", True, "auto-generated"),
        ("alarm", True, "auto-generated"),
        ("sign_in", True, "auto-generated"),
    ],
)
def test_only_automatic_mail_says_that_it_is(purpose: str, automatic: bool, said: str | None) -> None:
    """M-16, RFC 3834"""
    mail = outbox.queue(to=["a@x.example"], subject="s", body_text="b", purpose=purpose, automatic=automatic)
    _wire, message = sent(mail)
    assert message["Auto-Submitted"] == said
    assert message["X-Auto-Response-Suppress"] == ("All" if automatic else None)


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


@pytest.mark.parametrize(
    ("template", "values"),
    [
        ("mail/layout.html", {"subject": HOSTILE, "body": HOSTILE}),
        ("tickets/mail/reply.html", {"body": "", "signature": HOSTILE, "quoted": {"intro": HOSTILE, "html": ""}}),
        (
            "tickets/mail/acknowledgement.html",
            {"first_name": HOSTILE, "track_url": HOSTILE, "kind": {"title": HOSTILE}},
        ),
    ],
)
def test_mail_templates_escape_what_they_are_given(template: str, values: dict[str, Any]) -> None:
    """S-04"""
    page = render_to_string(template, values)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_base64_of_the_mark_is_not_folded() -> None:
    """The place of a file is found again because its mark fits into one line."""
    assert len(base64.b64encode(b"x" * composing.MARK)) <= 76
