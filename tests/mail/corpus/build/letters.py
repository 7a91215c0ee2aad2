"""What the builders share: a plain letter around a part, written with line ends as on the wire."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent.parent
PDF: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
)


def text(words: str) -> bytes:
    return f"Content-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n".encode()


def file(name: str, content: bytes, *, declared: str) -> bytes:
    head = (
        f'Content-Type: {declared}; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + encoded(content)


def encoded(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def letter(name: str, *parts: bytes, kind: str = "mixed") -> None:
    body = b"".join(b"--=_" + kind.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    whole(name, f'Content-Type: multipart/{kind}; boundary="=_{kind}"'.encode(), body + f"--=_{kind}--\r\n".encode())


def whole(name: str, fields: bytes, body: bytes) -> None:
    area, stem = name.split("/")
    head = (
        f"From: Oskar Lind <oskar@{stem}.example>\r\nTo: partnersupport@gitlab.com\r\nSubject: With files\r\n"
        f"Date: Tue, 22 Nov 2022 10:00:00 +0000\r\nMessage-ID: <{stem}@{area}.example>\r\nMIME-Version: 1.0\r\n"
    )
    path = FOLDER / f"{name}.eml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(head.encode() + fields + b"\r\n\r\n" + body)
