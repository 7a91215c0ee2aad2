"""Reading a message in the cage: what it costs is limited, what it breaks is not ours (M-02)."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterable
from itertools import chain
from typing import Final

from documents import cage
from mail import parsing
from mail.models import IncomingMail
from mail.parsing import ParsedMail

HEAD: Final = 512 * 1024
END_OF_FIELDS: Final = re.compile(rb"\r?\n\r?\n")


def read(mail: IncomingMail) -> ParsedMail:
    """The stored message; of one above 50 MB only its header fields (M-13)."""
    return parse(mail.raw.read()) if mail.size <= parsing.LARGEST else read_head(mail)


def parse(raw: bytes) -> ParsedMail:
    """Everything a message says; raises `cage.Escaped` with the sentence why that could not be found out.

    A process that died may have been ended by the machine: the message gets a second one (F-16).
    """
    with contextlib.suppress(cage.Died):
        return cage.run(parsing.parse, raw)
    return cage.run(parsing.parse, raw)


def head_or_nothing(mail: IncomingMail) -> ParsedMail | None:
    """Who wrote and about what, for the list of messages put aside; None where even that cannot be read."""
    with contextlib.suppress(cage.Escaped, cage.Failed, OSError):
        return read_head(mail)
    return None


def read_head(mail: IncomingMail) -> ParsedMail:
    with mail.raw.key.open("rb") as handle:
        head: bytes = handle.read(HEAD)
        body = body_hash(head, iter(lambda: handle.read(HEAD), b""))
    return cage.run(parsing.parse_head, head, mail.size, body)


def body_hash(head: bytes, rest: Iterable[bytes]) -> str:
    """SHA-256 of all that follows the first empty line, whatever the line ends; a piece at a time."""
    found = END_OF_FIELDS.search(head)
    digest, pending = hashlib.sha256(), b""
    for piece in chain([head[found.end() :] if found else head], rest):
        whole = pending + piece
        pending = b"\r" if whole.endswith(b"\r") else b""  # its line feed may come with the next piece
        digest.update(whole.removesuffix(pending).replace(b"\r\n", b"\n"))
    digest.update(pending)
    return digest.hexdigest()
