"""Transfer encodings undone, however broken; a large part is decoded piece by piece."""

from __future__ import annotations

import binascii
import contextlib
import re
from typing import Final

BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
NOT_BASE64: Final = bytes(byte for byte in range(256) if byte not in BASE64)
PIECE: Final = 1024 * 1024
UU_BEGIN: Final = re.compile(rb"^begin [0-7]{3,4} .*\r?\n", re.MULTILINE)


def decode(encoding: str, data: bytes, start: int, stop: int) -> bytes:
    """The bytes between two places of `data`; an encoding nobody knows is none."""
    if encoding == "base64":
        return from_base64(data, start, stop)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data[start:stop])
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return from_uuencode(data[start:stop])
    return data[start:stop]


def from_base64(data: bytes, start: int, stop: int) -> bytes:
    """Up to the first padding, without letters that are none, a cut end included."""
    out: list[bytes] = []
    rest, ended = b"", False
    for position in range(start, stop, PIECE):
        letters, padding, _after = (
            data[position : min(position + PIECE, stop)].translate(None, NOT_BASE64).partition(b"=")
        )
        letters = rest + letters
        whole = len(letters) - len(letters) % 4
        out.append(binascii.a2b_base64(letters[:whole]))
        rest, ended = letters[whole:], bool(padding)
        if ended:
            break
    if len(rest) > 1:
        out.append(binascii.a2b_base64(rest + b"=" * (4 - len(rest))))
    return b"".join(out) if len(out) != 1 else out[0]


def from_uuencode(data: bytes) -> bytes:
    begin = UU_BEGIN.search(data)
    if begin is None:
        return data
    out = bytearray()
    for line in data[begin.end() :].splitlines():
        if line.strip() in {b"end", b"`", b""}:
            break
        out += uu_line(line)
    return bytes(out)


def uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:  # trailing blanks of a broken encoder
        with contextlib.suppress(binascii.Error):
            return binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])
    return b""
