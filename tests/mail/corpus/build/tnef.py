"""Writes the winmail.dat files of `tnef/*.eml`: real TNEF as Outlook makes it, and broken ones.

`python -m tests.mail.corpus.build.tnef` writes them anew; what is committed counts.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

from tests.mail.corpus.build.letters import PDF, file, letter, text

SIGNATURE: Final = b"\x78\x9f\x3e\x22\x01\x00"
ATTACHED_MESSAGE: Final = bytes.fromhex("0703020000000000c000000000000046")  # IID_IMessage
MESSAGE, ATTACHMENT = 1, 2
VERSION, CODE_PAGE, CLASS, PROPERTIES = 0x89006, 0x69007, 0x78008, 0x69003
RENDERING, TITLE, DATA, FILE_PROPERTIES = 0x69002, 0x18010, 0x6800F, 0x69005
STRING, UNICODE, BINARY, OBJECT = 0x1E, 0x1F, 0x102, 0x0D
BODY, RICH, LONG_NAME, TYPE, CONTENT = 0x1000, 0x1009, 0x3707, 0x370E, 0x3701


def item(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def properties(*found: tuple[int, int, bytes]) -> bytes:
    """Each a type, an id and its bytes, filled up to four."""
    packed = [
        struct.pack("<HHII", kind, name, 1, len(data)) + data + bytes(-len(data) % 4) for kind, name, data in found
    ]
    return struct.pack("<I", len(packed)) + b"".join(packed)


def wide(words: str) -> tuple[int, bytes]:
    return UNICODE, f"{words}\0".encode("utf-16-le")


def packed_rtf(rich: bytes) -> bytes:
    """Compressed RTF that compresses nothing: eight letters after each zero, and the mark of the end."""
    end = struct.pack(">H", ((207 + len(rich)) % 4096) << 4)
    runs = [b"\0" + rich[start : start + 8] for start in range(0, len(rich) - len(rich) % 8, 8)]
    last = rich[len(rich) - len(rich) % 8 :]
    body = b"".join(runs) + bytes([1 << len(last)]) + last + end
    return struct.pack("<III", len(body) + 12, len(rich), 0x75465A4C) + struct.pack("<I", checksum(body)) + body


def checksum(body: bytes) -> int:
    """CRC-32 without its two inversions, as MS-OXRTFCP has it."""
    return zlib.crc32(body, 0xFFFFFFFF) ^ 0xFFFFFFFF


def enclosure(name: str, content: bytes, *, kind: str = "application/pdf") -> bytes:
    unicode, long_name = wide(name)
    more = properties((unicode, LONG_NAME, long_name), (STRING, TYPE, f"{kind}\0".encode()))
    return (
        item(ATTACHMENT, RENDERING, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 32, 32, 0))
        + item(ATTACHMENT, TITLE, b"SHORT~1.DAT\0")
        + item(ATTACHMENT, DATA, content)
        + item(ATTACHMENT, FILE_PROPERTIES, more)
    )


def attached_message(name: str, inner: bytes) -> bytes:
    unicode, long_name = wide(name)
    more = properties((unicode, LONG_NAME, long_name), (OBJECT, CONTENT, ATTACHED_MESSAGE + inner))
    rendering = item(ATTACHMENT, RENDERING, struct.pack("<HIHHI", 2, 0xFFFFFFFF, 32, 32, 0))
    return rendering + item(ATTACHMENT, TITLE, b"message\0") + item(ATTACHMENT, FILE_PROPERTIES, more)


def winmail(*enclosures: bytes, rich: bytes = b"", plain: str = "") -> bytes:
    said = [(BINARY, RICH, packed_rtf(rich))] if rich else []
    said += [(STRING, BODY, f"{plain}\0".encode("cp1252"))] if plain else []
    head = (
        item(MESSAGE, VERSION, struct.pack("<I", 0x10000))
        + item(MESSAGE, CODE_PAGE, struct.pack("<II", 1252, 0))
        + item(MESSAGE, CLASS, b"IPM.Microsoft Mail.Note\0")
    )
    return SIGNATURE + head + item(MESSAGE, PROPERTIES, properties(*said)) + b"".join(enclosures)


def mail(name: str, data: bytes, *, words: str = "", declared: str = "application/ms-tnef") -> None:
    letter(f"tnef/{name}", text(words), file("winmail.dat", data, declared=declared))


RTF: Final = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Calibri;}}\f0\fs22
Dear partner desk,\par
our order for M\'fcnchen is attached, 25 seats at \u8364?1.200.\par
{\b Regards}\par
Oskar\par}"""
RTF_BOMB: Final = struct.pack("<IIII", 40, 0x7FFFFFFF, 0x75465A4C, 0) + bytes(24)


def main() -> None:
    order = enclosure("Bestellung März.pdf", PDF)
    whole = winmail(order, rich=RTF)
    mail("rich-text", whole)
    mail(
        "plain-beside",
        winmail(order, enclosure("Prices.csv", b"seats,price\r\n25,1200\r\n", kind="text/csv")),
        words="Two files.",
    )
    mail("text-only", winmail(plain="All I want to say is in the winmail.dat, 5 €."))
    mail(
        "nested",
        winmail(attached_message("From our customer", winmail(order, plain="The customer writes."))),
        words="See below.",
    )
    mail("octet-stream", winmail(order), words="By its name only.", declared="application/octet-stream")
    mail(
        "hostile-names",
        winmail(enclosure("..\\..\\Startup\\\u202egpj.exe", b"MZ", kind="application/x-msdownload")),
        words="Look.",
    )
    mail("truncated", whole[: len(whole) * 6 // 10], words="The rest was lost on the way.")
    mail(
        "length-bomb",
        whole[:200] + struct.pack("<BII", ATTACHMENT, DATA, 0xFFFFFFF0) + b"x" * 40,
        words="Four gigabytes, it says.",
    )
    count = struct.pack("<I", 0xFFFFFFFF)
    mail(
        "count-bomb",
        SIGNATURE + item(MESSAGE, PROPERTIES, count + bytes(64)) + order,
        words="Four billion properties, it says.",
    )
    many = struct.pack("<IHHI", 1, STRING, BODY, 0xFFFFFFFF) + bytes(64)
    mail("values-bomb", SIGNATURE + item(MESSAGE, PROPERTIES, many) + order, words="Four billion values, it says.")
    mail(
        "rtf-bomb",
        SIGNATURE + item(MESSAGE, PROPERTIES, properties((BINARY, RICH, RTF_BOMB))) + order,
        words="Two gigabytes of RTF, it says.",
    )
    mail("not-tnef", b"This is no TNEF at all.\r\n", words="A file of that name.")


if __name__ == "__main__":
    main()
