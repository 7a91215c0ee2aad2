"""The parts of a message as slices of its bytes: a walk without recursion, at most 100 deep and 1000 parts.

The standard library's parser recurses, reads every line into text and cannot give back the exact bytes of a nested
message (docs/decisions); this one keeps slices.
"""

from __future__ import annotations

import binascii
import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mail import charsets
from mail.headers import Headers, Valued, split_block, valued

MAX_DEPTH: Final = 100
MAX_PARTS: Final = 1000
BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
NOT_BASE64: Final = bytes(byte for byte in range(256) if byte not in BASE64)
BOM: Final = b"\xef\xbb\xbf"
UU_BEGIN: Final = re.compile(rb"^begin [0-7]{3,4} .*\r?\n", re.MULTILINE)


@dataclass(slots=True)
class Part:
    """One part of the tree; `body` is still in its transfer encoding."""

    headers: Headers
    body: bytes
    depth: int = 0
    default_type: str = "text/plain"
    children: list[Part] = field(default_factory=list)
    kind: Valued = field(init=False)
    disposition: Valued = field(init=False)

    def __post_init__(self) -> None:
        self.kind = valued(self.headers.raw("content-type"))
        self.disposition = valued(self.headers.raw("content-disposition"))

    @property
    def content_type(self) -> str:
        main, slash, sub = self.kind.value.partition("/")
        return self.kind.value if main and slash and sub else self.default_type

    def payload(self) -> bytes:
        """The bytes without their transfer encoding."""
        encoding = self.headers.get("content-transfer-encoding").split(";")[0].strip().lower()
        if encoding == "base64":
            return from_base64(self.body)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
            return from_uuencode(self.body)
        return self.body

    def text(self) -> str:
        """The payload as text with plain line ends."""
        data = self.payload()
        declared = self.kind.parameters.get("charset", "")
        if not declared and self.content_type == "text/html":
            declared = charset_of_html(data)
        return charsets.decode(data, declared).replace("\r\n", "\n").replace("\r", "\n")


def parse(raw: bytes) -> Part:
    """The tree of a whole message."""
    data = raw.removeprefix(BOM).lstrip(b"\r\n")
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    root = Part(*split_block(data))
    waiting, count = [root], 1
    while waiting:
        part = waiting.pop()
        boundary = part.kind.parameters.get("boundary", "")
        if not part.content_type.startswith("multipart/") or not boundary or part.depth >= MAX_DEPTH:
            continue
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        for section in sections(part.body, boundary):
            if count >= MAX_PARTS:
                break
            count += 1
            part.children.append(Part(*split_block(section), depth=part.depth + 1, default_type=default))
        if part.children:
            part.body = b""  # its children hold every byte that matters; a deep tree is not kept once per level
        waiting.extend(part.children)
    return root


def sections(body: bytes, boundary: str) -> Iterator[bytes]:
    """The slices between delimiter lines; a missing end delimiter loses nothing."""
    delimiter = re.escape(boundary.encode("utf-8", "surrogateescape"))
    line = re.compile(rb"(?:\A|\r?\n)--" + delimiter + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    start: int | None = None
    for match in line.finditer(body):
        if start is not None:
            yield after_line_end(body[start : match.start()])
        if match[1]:
            return
        start = match.end()
    if start is not None:
        yield after_line_end(body[start:])


def after_line_end(section: bytes) -> bytes:
    """Without the line end that belongs to the delimiter line."""
    return section[2:] if section.startswith(b"\r\n") else section.removeprefix(b"\n")


def leaves(root: Part) -> Iterator[Part]:
    """Every part without children, in the order of the message."""
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if part.children:
            waiting.extend(reversed(part.children))
        else:
            yield part


def from_base64(data: bytes) -> bytes:
    letters = data.translate(None, NOT_BASE64)
    end = letters.find(b"=")
    letters = letters if end < 0 else letters[:end]
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def from_uuencode(data: bytes) -> bytes:
    begin = UU_BEGIN.search(data)
    if begin is None:
        return data
    out = bytearray()
    for line in data[begin.end() :].splitlines():
        if line.strip() in {b"end", b"`", b""}:
            break
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:  # trailing blanks of a broken encoder
            with contextlib.suppress(binascii.Error):
                out += binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])
    return bytes(out)


def charset_of_html(data: bytes) -> str:
    match = re.search(rb"""<meta[^>]{0,200}charset\s{0,5}=\s{0,5}["']?([\w.:\-]{1,40})""", data[:2048], re.IGNORECASE)
    return match[1].decode("ascii", "replace") if match else ""
