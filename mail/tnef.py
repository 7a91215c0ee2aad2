"""winmail.dat (TNEF): what Outlook hid in it, taken out; the file itself is always kept (M-12).

Read here and not by a library: the one there is runs on for hours where a length is a lie, and cuts zeros off files.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from mail import charsets, rtf
from mail.mime import Part

SIGNATURE: Final = b"\x78\x9f\x3e\x22"
MAX_OBJECTS: Final = 2000
MAX_PROPERTIES: Final = 2000
MAX_FILES: Final = 200
MAX_LAYERS: Final = 5
MAX_RTF: Final = 2_000_000
WITHIN: Final = b"\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"  # a message attached to a message

# Objects of a stream.
BODY, MESSAGE_PROPERTIES, CODE_PAGE = 0x800C, 0x9003, 0x9007
NEXT_FILE, TITLE, DATA, FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
# Properties in them.
PLAIN, HTML, RICH = 0x1000, 0x1013, 0x1009
DATA_OBJECT, SHORT_NAME, LONG_NAME, SHOWN_NAME, MIME_TYPE, CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x3001, 0x370E, 0x3712
# Types of properties, and how many bytes those of fixed length take.
UNICODE: Final = 0x001F
FIXED: Final = {2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 2, 0x14: 8, 0x40: 8, 0x48: 16}
VARIABLE: Final = frozenset({0x0D, 0x1E, UNICODE, 0x0102})
MULTIPLE, NAMED = 0x1000, 0x8000

Properties = dict[int, bytes | str]


class File(NamedTuple):
    name: str
    content: bytes
    content_type: str
    content_id: str


class Unpacked(NamedTuple):
    """The text in its best form, and the files."""

    text: str
    html: str
    files: list[File]


class Broken(ValueError):  # noqa: N818 - what it is, in a word
    """Not whole, or not what it says it is."""


def is_tnef(part: Part) -> bool:
    named = (
        part.content_type in {"application/ms-tnef", "application/vnd.ms-tnef"} or part.name.lower() == "winmail.dat"
    )
    return named and part.payload().startswith(SIGNATURE)


def unpack(data: bytes, *, layer: int = 0) -> Unpacked:
    """Raises `Broken` for a stream that is cut off or lies about its lengths."""
    try:
        return Stream(data, layer=layer).unpacked()
    except struct.error as problem:
        raise Broken("it is cut off") from problem


class Stream:
    """One stream, read object by object; a file's objects follow the one that announces it."""

    def __init__(self, data: bytes, *, layer: int) -> None:
        self.data = data
        self.layer = layer
        self.page = "cp1252"
        self.body = b""
        self.words: Properties = {}
        self.files: list[Properties] = []

    def unpacked(self) -> Unpacked:
        for kind, content in objects(self.data):
            self.take(kind, content)
        files = [file for found in self.files[:MAX_FILES] for file in self.files_of(found)]
        return Unpacked(*self.texts(), files)

    def take(self, kind: int, content: bytes) -> None:
        if kind == CODE_PAGE:
            self.page = f"cp{struct.unpack_from('<I', content)[0]}"
        elif kind == BODY:
            self.body = content
        elif kind == MESSAGE_PROPERTIES:
            self.words.update(properties(content))
        elif kind == NEXT_FILE:
            self.files.append({})
        elif self.files and kind in {TITLE, DATA}:
            self.files[-1][kind] = content
        elif self.files and kind == FILE_PROPERTIES:
            self.files[-1].update(properties(content))

    def texts(self) -> tuple[str, str]:
        markup = self.text(self.words.get(HTML, b""))
        text = self.text(self.words.get(PLAIN, b"")) or self.text(self.body)
        if not markup.strip() and not text.strip():
            text = rich_words(self.words.get(RICH, b""), page=self.page)
        return text.replace("\r\n", "\n").replace("\r", "\n").strip(), markup.strip()

    def files_of(self, found: Properties) -> Iterator[File]:
        content = found.get(DATA) or found.get(DATA_OBJECT) or b""
        name = next(
            (text for key in (LONG_NAME, SHORT_NAME, TITLE, SHOWN_NAME) if (text := self.text(found.get(key)))), ""
        )
        if isinstance(content, bytes) and content.startswith(WITHIN):
            yield from within(content[len(WITHIN) :], name or "message", layer=self.layer + 1)
        elif isinstance(content, bytes):
            kind = self.text(found.get(MIME_TYPE)) or "application/octet-stream"
            yield File(name, content, kind, self.text(found.get(CONTENT_ID)).strip("<>"))

    def text(self, value: bytes | str | None) -> str:
        decoded = charsets.decode(value, self.page) if isinstance(value, bytes) else charsets.clean(value or "")
        return decoded.strip("\0 ")


def within(data: bytes, name: str, *, layer: int) -> Iterator[File]:
    """A message within the message: its words as a file named like it, then its files."""
    if layer > MAX_LAYERS or not data.startswith(SIGNATURE):
        yield File(f"{name}.dat", data, "application/octet-stream", "")
        return
    inner = unpack(data, layer=layer)
    if inner.html:
        yield File(f"{name}.html", inner.html.encode(), "text/html; charset=utf-8", "")
    elif inner.text:
        yield File(f"{name}.txt", inner.text.encode(), "text/plain; charset=utf-8", "")
    yield from inner.files


def objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The id and the content of each object; every one lies within the stream, and there are not absurdly many."""
    position = len(SIGNATURE) + 2
    for _number in range(MAX_OBJECTS):
        if len(data) - position < 4:  # some programs end it with a few zeros
            return
        kind, _type, size = struct.unpack_from("<HHI", data, position + 1)
        start = position + 9
        position = start + size + 2
        if position > len(data):
            raise Broken("it is cut off")
        yield kind, data[start : start + size]
    raise Broken("it has too many parts")


def properties(data: bytes) -> Properties:
    """Property by property: the first value of each that has a length of its own."""
    found: Properties = {}
    (count,) = struct.unpack_from("<I", data)
    if count > MAX_PROPERTIES:
        raise Broken("it has too many properties")
    position = 4
    for _number in range(count):
        kind, name = struct.unpack_from("<HH", data, position)
        position = after_name(data, position + 4) if name >= NAMED else position + 4
        values, position = read_values(data, position, kind)
        if values and name not in found:
            found[name] = values[0].decode("utf-16-le", "replace") if kind & ~MULTIPLE == UNICODE else values[0]
    return found


def after_name(data: bytes, position: int) -> int:
    """Past the name of a property that has one: a GUID, and a number or a text."""
    (by_text, size) = struct.unpack_from("<II", data, position + 16)
    return position + 24 + (padded(size) if by_text else 0)


def read_values(data: bytes, position: int, kind: int) -> tuple[list[bytes], int]:
    plain = kind & ~MULTIPLE
    if plain not in VARIABLE:
        if plain not in FIXED:
            raise Broken("it has a property of no known type")
        count = 1
        if kind & MULTIPLE:
            (count,) = struct.unpack_from("<I", data, position)
            position += 4
        return [], position + padded(count * FIXED[plain])
    (count,) = struct.unpack_from("<I", data, position)
    position += 4
    values = []
    for _number in range(min(count, len(data))):
        (size,) = struct.unpack_from("<I", data, position)
        if position + 4 + size > len(data):
            raise Broken("it is cut off")
        values.append(data[position + 4 : position + 4 + size])
        position += 4 + padded(size)
    return values, position


def padded(size: int) -> int:
    return size + -size % 4


def rich_words(packed: bytes | str, *, page: str) -> str:
    from compressed_rtf import decompress  # noqa: PLC0415 - only the cage needs it, and only for these mails

    if not isinstance(packed, bytes) or not 16 <= len(packed) <= MAX_RTF:
        return ""
    try:
        return rtf.to_text(decompress(packed), page=page)
    except Exception:  # noqa: BLE001 - the library raises bare exceptions for what is no rich text
        return ""
