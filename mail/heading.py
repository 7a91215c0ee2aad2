"""The header fields of a message of ours, written by ourselves from single lines (S-10).

The standard library is not asked: on its way to a folded line it decodes what looks like an encoded word, so that a
name such as `=?utf-8?q?=0D=0ABcc:_…?=` became a header of its own. Here text is either plain, quoted, or encoded as a
whole; nothing is ever decoded.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote

from mail.envelopes import header_address

FOLD: Final = "\r\n "
WIDTH: Final = 74
WORD_BYTES: Final = 45  # with `=?utf-8?b?…?=` around their base64 below the 75 letters a word may have
PLAIN: Final = re.compile(r"[!-~]+(?: [!-~]+)*")
ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def block(fields: Iterable[tuple[str, str]]) -> bytes:
    """The fields as they go over the wire."""
    return "".join(f"{name}: {value}\r\n" for name, value in fields).encode()


def text(value: str, *, name: str) -> str:
    """A field of free text, folded at blanks."""
    value = " ".join(value.split())
    if not is_plain(value):
        return encoded(value)
    lines, used = [""], len(name) + 2
    for word in value.split(" "):
        if lines[-1] and used + len(word) + 1 > WIDTH:
            lines.append("")
            used = 0
        lines[-1] += f" {word}" if lines[-1] else word
        used += len(word) + 1
    return FOLD.join(lines)


def people(rows: Iterable[Mapping[str, str]], *, plain: bool = False) -> str:
    """`Ana Silva <ana@acme.example>`, one a line; `plain`: an address outside ASCII as a group of nobody (RFC 6857)."""
    return f",{FOLD}".join(
        f"{encoded(row['address'])} :;"
        if plain and not row["address"].isascii()
        else person(row["address"], name=row["name"])
        for row in rows
    )


def person(address: str, *, name: str = "") -> str:
    spec = header_address(address).addr_spec
    return f"{phrase(name)} <{spec}>" if name.strip() else spec


def ids(found: Iterable[str]) -> str:
    """One a line, never encoded: other programs compare them letter by letter."""
    return FOLD.join(found)


def phrase(name: str) -> str:
    name = " ".join(name.split())
    if not is_plain(name) or len(name) > WIDTH:
        return encoded(name)
    if ATOMS.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def is_plain(value: str) -> bool:
    """Whether it may stand as it is: ASCII, no word too long to fold, nothing that looks encoded."""
    if "=?" in value or not (PLAIN.fullmatch(value) or not value):
        return False
    return all(len(word) <= WIDTH for word in value.split(" "))


def encoded(value: str) -> str:
    """RFC 2047: as many words as it takes, no character cut in two."""
    words = (base64.b64encode(part).decode() for part in parts(value))
    return FOLD.join(f"=?utf-8?b?{word}?=" for word in words)


def parts(value: str, *, most: int = WORD_BYTES) -> Iterator[bytes]:
    held = b""
    for letter in value:
        piece = letter.encode()
        if len(held) + len(piece) > most:
            yield held
            held = b""
        held += piece
    if held:
        yield held


def file_name(value: str) -> str:
    """The parameter of Content-Disposition: quoted where that is plain, else percent-encoded in pieces (RFC 2231)."""
    if is_plain(value) and len(value) <= WIDTH - 14 and not set('"\\%<>') & set(value):
        return f'filename="{value}"'
    pieces = [quote(part.decode(), safe="") for part in parts(value, most=18)]
    if len(pieces) == 1:
        return f"filename*=utf-8''{pieces[0]}"
    pieces[0] = f"utf-8''{pieces[0]}"
    lines = [f"filename*{number}*={one}" for number, one in enumerate(pieces)]
    return f";{FOLD}".join(lines)
