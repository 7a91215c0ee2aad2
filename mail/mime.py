"""The parts of a message as places in its bytes: a walk without recursion, at most 100 deep and 1000 parts.

The standard library's parser recurses, reads every line into text and cannot give back the exact bytes of a nested
message (docs/decisions); this one keeps places, and copies nothing before somebody asks for a part's content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from mail import charsets, encodings, flowed
from mail.headers import Headers, Valued, hinted, read_block, valued

MAX_DEPTH: Final = 100
MAX_PARTS: Final = 1000
MAX_TEXT_BYTES: Final = 4_000_000
BOM: Final = b"\xef\xbb\xbf"
WIDE: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
OLD_LINE_END: Final = re.compile(rb"[^\r\n]{0,2000}\r[\x21-\x39\x3b-\x7e]{1,60}:")
BOUNDARY_LINE: Final = re.compile(rb"(?:\A|\n)--(\S{1,70})[ \t]*\r?\n")


@dataclass(slots=True)
class Part:
    """One part of the tree; its body, `source[start:stop]`, is still in its transfer encoding."""

    headers: Headers
    source: bytes = field(repr=False)
    start: int = 0
    stop: int = 0
    depth: int = 0
    default_type: str = "text/plain"
    children: list[Part] = field(default_factory=list)
    kind: Valued = field(init=False)
    disposition: Valued = field(init=False)
    too_deep: bool = False
    too_many: bool = False
    opened: bool = False  # its children were taken out of it, and it stays a file of its own
    unlisted: bool = False  # kept, but nobody needs to see it among the files
    fallback: bool = False  # a text that counts only where the message has no other
    content: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.kind = valued(self.headers.raw("content-type"))
        self.disposition = valued(self.headers.raw("content-disposition"))

    @property
    def content_type(self) -> str:
        main, slash, sub = self.kind.value.partition("/")
        return self.kind.value if main and slash and sub else self.default_type

    @property
    def name(self) -> str:
        """What the sender calls this file; empty where they call it nothing."""
        return self.disposition.parameters.get("filename", "") or self.kind.parameters.get("name", "")

    def payload(self) -> bytes:
        """The bytes without their transfer encoding, decoded once."""
        if self.content is None:
            encoding = self.headers.get("content-transfer-encoding").split(";")[0].strip().lower()
            self.content = encodings.decode(encoding, self.source, self.start, self.stop)
        return self.content

    def text(self) -> str:
        """The payload as text with plain line ends."""
        data = self.payload()[:MAX_TEXT_BYTES]
        declared = self.kind.parameters.get("charset", "")
        if not declared and self.content_type == "text/html":
            declared = charset_of_html(data)
        text = charsets.decode(data, declared).replace("\r\n", "\n").replace("\r", "\n")
        if self.content_type == "text/plain" and self.kind.parameters.get("format", "").lower() == "flowed":
            text = flowed.unwrapped(text, delete_space=self.kind.parameters.get("delsp", "").lower() == "yes")
        return text


def parse(raw: bytes, *, depth: int = 0) -> Part:
    """The tree of a whole message."""
    root = whole(raw, depth=depth)
    waiting, count = [root], 1
    while waiting:
        part = waiting.pop()
        if not part.content_type.startswith("multipart/"):
            continue
        if part.depth >= MAX_DEPTH:
            root.too_deep = True
            continue
        for start, stop in sections(part):
            if count >= MAX_PARTS:
                root.too_many = True
                break
            count += 1
            part.children.append(child(part, start, stop))
        waiting.extend(part.children)
    text = next((part for part in leaves(root) if "charset" in part.kind.parameters), root)
    root.headers = hinted(root.headers, text.kind.parameters.get("charset", ""))
    return root


def whole(raw: bytes, *, depth: int = 0) -> Part:
    """The message as one part, its body left alone."""
    data = with_line_ends(raw)
    fields, body = read_block(data, 0, len(data), forgiving=True)
    return Part(fields, data, body, len(data), depth=depth)


def child(part: Part, start: int, stop: int) -> Part:
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    fields, body = read_block(part.source, start, stop)
    return Part(fields, part.source, body, stop, depth=part.depth + 1, default_type=default)


def with_line_ends(raw: bytes) -> bytes:
    """The same bytes for all but the oddest messages: those in UTF-16, and those whose lines end in CR alone."""
    if wide := WIDE.get(raw[:2]):
        raw = raw[2:].decode(wide, "replace").encode()
    data = raw.removeprefix(BOM).lstrip(b"\r\n")
    if OLD_LINE_END.match(data):
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data


def file(name: str, content: bytes, *, content_type: str, content_id: str = "", depth: int = 0) -> Part:
    """A part for a file that was taken out of another one."""
    fields = (
        ("content-type", content_type.encode("utf-8", "replace")),
        (
            "content-disposition",
            f"attachment; filename*=utf-8''{quote(name, safe='')}".encode() if name else b"attachment",
        ),
        ("content-id", content_id.encode("utf-8", "replace")),
    )
    return Part(Headers(fields), content, 0, len(content), depth=depth)


def sections(part: Part) -> Iterator[tuple[int, int]]:
    """The places between delimiter lines; no end delimiter, or no declared one, loses nothing."""
    boundary = part.kind.parameters.get("boundary", "").encode("utf-8", "surrogateescape")
    found = between(part, boundary) if boundary else []
    if not found and (
        guessed := BOUNDARY_LINE.search(part.source, max(0, part.start - 1), min(part.stop, part.start + 10_000))
    ):
        found = between(part, guessed[1])
    return iter(found)


def between(part: Part, boundary: bytes) -> list[tuple[int, int]]:
    data, found, start = part.source, [], -1
    line = re.compile(rb"\r?\n--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    first = re.compile(rb"--" + re.escape(boundary) + rb"[ \t]*(?=\r?\n|\Z)").match(data, part.start, part.stop)
    if first:
        start = first.end()
    for match in line.finditer(data, part.start, part.stop):
        if start >= 0:
            found.append((after_line_end(data, start, match.start()), match.start()))
        if match[1]:
            return found
        start = match.end()
        if len(found) > MAX_PARTS:
            return found
    if start >= 0:
        found.append((after_line_end(data, start, part.stop), part.stop))
    return found


def after_line_end(data: bytes, start: int, stop: int) -> int:
    """Past the line end that belongs to the delimiter line."""
    if data.startswith(b"\r\n", start, stop):
        return start + 2
    return start + 1 if data.startswith(b"\n", start, stop) else min(start, stop)


def leaves(root: Part) -> Iterator[Part]:
    """Every part without children, in the order of the message."""
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if part.children:
            waiting.extend(reversed(part.children))
        else:
            yield part


def charset_of_html(data: bytes) -> str:
    match = re.search(rb"""<meta[^>]{0,200}charset\s{0,5}=\s{0,5}["']?([\w.:\-]{1,40})""", data[:2048], re.IGNORECASE)
    return match[1].decode("ascii", "replace") if match else ""
