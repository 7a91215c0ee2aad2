"""Header fields read from raw bytes with our own limits (M-02, M-05); nothing here raises on a bad message."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_to_bytes

from mail import charsets

MAX_BLOCK: Final = 200 * 1024
MAX_FIELD: Final = 64 * 1024
MAX_LATE_FIELD: Final = 8 * 1024
MAX_LINES: Final = 50_000
MAX_PARAMETERS: Final = 20_000
ESSENTIAL: Final = frozenset(
    {
        *("from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references"),
        *("content-type", "content-transfer-encoding", "auto-submitted"),
    }
)
FIELD: Final = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,200})[ \t]*:(.*)", re.DOTALL)
BLANK_LINE: Final = re.compile(rb"\n\r?\n")
WORD_LENGTH: Final = 4000
UNLIKELY: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
GOES_ON: Final = re.compile(
    rb"(?:from|to|subject|date|message-id|mime-version|content-type|content-transfer-encoding|received)[ \t]*:",
    re.IGNORECASE,
)
WORD: Final = re.compile(r"=\?([\w.:+*'\-]{1,80})\?([BbQq])\?(.{0,4000}?)(?:\?=|$|(?==\?[\w.:+*'\-]{1,80}\?[BbQq]\?))")
CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
PARAMETER: Final = re.compile(
    r"""(?:^|(?<=[;\s]))([^\s=;"*]+)(\*\d+)?(\*)?\s*=\s*(?:"((?:[^"\\]|\\.)*)(?:"|$)|([^;]*))"""
)
NOT_BASE64: Final = re.compile(r"[^A-Za-z0-9+/]")


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of one part in order: lower-case name, unfolded raw value; `cut` where there were too many bytes."""

    fields: tuple[tuple[str, bytes], ...] = ()
    cut: bool = False

    def raw(self, name: str) -> bytes:
        """The first value of that name; a second one never wins."""
        return next((value for key, value in self.fields if key == name), b"")

    def raw_all(self, name: str) -> Iterator[bytes]:
        return (value for key, value in self.fields if key == name)

    def get(self, name: str) -> str:
        """Decoded, on one line, without control characters."""
        return decoded(self.raw(name.lower()))

    def get_all(self, name: str) -> list[str]:
        return [decoded(value) for value in self.raw_all(name.lower())]

    def __contains__(self, name: str) -> bool:
        return any(key == name for key, _value in self.fields)


@dataclass(frozen=True, slots=True)
class Valued:
    """A structured field: `text/plain; charset=utf-8` → value and parameters."""

    value: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


def split_block(data: bytes) -> tuple[Headers, bytes]:
    """The header fields at the start of `data`, and what follows them."""
    fields, body = read_block(data, 0, len(data))
    return fields, data[body:]


def read_block(data: bytes, start: int, stop: int, *, forgiving: bool = False) -> tuple[Headers, int]:
    """The header fields between two places of `data`, and where the body begins.

    Forgiving, a line that is no header line does not end the block while a field no message lacks comes after it.
    """
    block = Block()
    position, lines = start, 0
    while position < stop:
        lines += 1
        if lines > MAX_LINES:
            rest = BLANK_LINE.search(data, position, stop)
            return block.headers(cut=True), rest.end() if rest else stop
        end = data.find(b"\n", position, stop)
        end = stop if end < 0 else end
        line = data[position:end].rstrip(b"\r")
        if not line:
            return block.headers(), min(end + 1, stop)
        taken = block.take(line, first=position == start)
        if not taken and not (forgiving and GOES_ON.match(data, end + 1, stop)):
            return block.headers(), position
        position = end + 1
    return block.headers(), stop


class Block:
    """Collects header lines: 64 KB of a field, 200 KB in all; after that only what a message cannot do without."""

    def __init__(self) -> None:
        self.fields: list[tuple[str, list[bytes]]] = []
        self.used = 0
        self.field_room = 0
        self.cut = False

    def take(self, line: bytes, *, first: bool) -> bool:
        """False for a line that is no header line: the body begins there."""
        if line[:1] in {b" ", b"\t"} and self.fields:
            self.keep(line.strip())
        elif match := FIELD.fullmatch(line):
            self.begin(match[1].decode("ascii").lower(), match[2].strip())
        elif not (first and line.startswith((b"From ", b">From "))):
            return False
        return True

    def begin(self, name: str, value: bytes) -> None:
        if self.used < MAX_BLOCK:
            self.field_room = MAX_FIELD
        elif name in ESSENTIAL and all(name != known for known, _lines in self.fields):
            self.field_room = MAX_LATE_FIELD
        else:
            self.field_room = 0
            self.cut = True
            return
        self.used += len(name)
        self.fields.append((name, []))
        self.keep(value)

    def keep(self, value: bytes) -> None:
        kept = value[: self.field_room]
        self.cut = self.cut or len(kept) < len(value)
        if kept:
            self.fields[-1][1].append(kept)
        self.field_room -= len(kept) + 1
        self.used += len(kept) + 1
        self.field_room = max(0, self.field_room)

    def headers(self, *, cut: bool = False) -> Headers:
        return Headers(tuple((name, b" ".join(lines)) for name, lines in self.fields), cut=cut or self.cut)


def hinted(fields: Headers, charset: str) -> Headers:
    """The fields with raw 8-bit values in the charset of the text below them; most programs use one for both (M-05)."""
    if charsets.codec(charset) in {"", "ascii", "utf-8"} or all(value.isascii() for _name, value in fields.fields):
        return fields
    return Headers(tuple((name, in_utf8(value, charset)) for name, value in fields.fields), cut=fields.cut)


def in_utf8(value: bytes, charset: str) -> bytes:
    if value.isascii() or charsets.strictly(value, "utf-8") is not None:
        return value
    return charsets.decode(value, charset).encode()


def raw_text(value: bytes) -> str:
    """Raw 8-bit bytes of a header as text (M-05); encoded words are left as they stand."""
    return charsets.decode(value[:MAX_BLOCK])


def decoded(value: bytes) -> str:
    return one_line(decode_words(raw_text(value)))


def one_line(text: str) -> str:
    return CONTROLS.sub(" ", text).strip() if not text.isprintable() else text.strip()


def decode_words(text: str) -> str:
    """RFC 2047 words wherever they stand, also inside quotes, unclosed, or cut in the middle of a character."""
    if "=?" not in text:
        return text
    out: list[str] = []
    run: list[tuple[str, str, str]] = []
    position = 0
    for match in WORD.finditer(text):
        between = text[position : match.start()]
        if between.strip() or not run:
            out.append(decode_run(run))
            run = []
            out.append(between)
        run.append((match[1].partition("*")[0].lower(), match[2].lower(), match[3]))
        position = match.end()
    out.extend((decode_run(run), text[position:]))
    return charsets.clean("".join(out))


def decode_run(run: list[tuple[str, str, str]]) -> str:
    """Words that follow each other: bytes of the same charset are joined before they are decoded."""
    out: list[str] = []
    pending, charset = bytearray(), ""
    for name, encoding, payload in mended(run):
        if name != charset and pending:
            out.append(charsets.decode(bytes(pending), charset))
            pending = bytearray()
        charset = name
        pending += decode_base64(payload) if encoding == "b" else decode_q(payload)
    if pending:
        out.append(charsets.decode(bytes(pending), charset))
    return "".join(out)


def mended(run: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Base64 cut inside a group of four goes on in the next word."""
    words: list[tuple[str, str, str]] = []
    for name, encoding, payload in run:
        if words and encoding == "b" and words[-1][:2] == (name, "b") and is_cut(words[-1][2], payload, name):
            words[-1] = (name, "b", words[-1][2] + payload)
        else:
            words.append((name, encoding, payload))
    return words


def is_cut(payload: str, following: str, charset: str) -> bool:
    """Not whole groups of four, and not only their padding forgotten: each word alone gives no text."""
    if payload.endswith("=") or len(payload) % 4 == 0:
        return False
    apart = decode_base64(payload[:WORD_LENGTH]) + decode_base64(following)
    return charsets.strictly(apart, charsets.codec(charset) or "utf-8") is None or bool(UNLIKELY.search(apart))


def decode_base64(payload: str) -> bytes:
    letters = NOT_BASE64.sub("", payload)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    try:
        return base64.b64decode(letters + "=" * (-len(letters) % 4))
    except binascii.Error:
        return payload.encode("ascii", "replace")


def decode_q(payload: str) -> bytes:
    return binascii.a2b_qp(payload.replace(" ", "_").encode("utf-8", "replace"), header=True)


def valued(raw: bytes) -> Valued:
    """Content-Type, Content-Disposition: RFC 2231 in every form, RFC 2047 in quotes, stray quotes and semicolons."""
    text = one_line(raw_text(raw[:MAX_PARAMETERS]))
    value, rest = parted(text)
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in PARAMETER.finditer(rest):
        name, number, star, quoted, bare = match.groups()
        piece = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare.strip().rstrip('"')
        order = int(number[1:6]) if number else 0
        pieces.setdefault(name.lower() + ("*" if star or number else ""), []).append((order, bool(star), piece))
    return Valued(value.strip().lower(), joined_parameters(pieces))


def parted(text: str) -> tuple[str, str]:
    """The value and its parameters; some write no semicolon between them, some no value at all."""
    value, _separator, rest = text.partition(";")
    first, _blank, more = value.strip().partition(" ")
    if "=" in first:
        return "", text
    return (first, f"{more};{rest}") if "=" in more else (value, rest)


def joined_parameters(pieces: dict[str, list[tuple[int, bool, str]]]) -> dict[str, str]:
    """The extended form (`name*`) wins over the plain one."""
    parameters = {name: decode_words(found[0][2]) for name, found in pieces.items() if not name.endswith("*")}
    for name, found in pieces.items():
        if name.endswith("*"):
            parameters[name[:-1]] = extended(sorted(found, key=lambda piece: piece[0]))
    return {name: one_line(value) for name, value in parameters.items()}


def extended(pieces: list[tuple[int, bool, str]]) -> str:
    """RFC 2231: charset'language'text, percent-encoded, possibly in numbered pieces."""
    charset, data = "", bytearray()
    for index, (_order, encoded, text) in enumerate(pieces):
        piece = text
        if index == 0 and encoded and text.count("'") >= 2:
            charset, _language, piece = text.split("'", 2)
        data += unquote_to_bytes(piece) if encoded else piece.encode()
    text = charsets.decode(bytes(data), charset)
    return decode_words(text)
