"""One frame: how long the JSON and each blob are, the JSON, the blobs. Nothing in it is code."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Sequence
from typing import Any, BinaryIO, Final

HEAD: Final = struct.Struct("!II")
SIZE: Final = struct.Struct("!Q")
MAX_BLOBS: Final = 10_000
MAX_BYTES: Final = 600 * 1024 * 1024


def send(connection: socket.socket, message: Any, blobs: Sequence[bytes] = ()) -> None:
    text = json.dumps(message, ensure_ascii=False, check_circular=False).encode("utf-8", "surrogatepass")
    sizes = b"".join(SIZE.pack(len(blob)) for blob in blobs)
    connection.sendall(HEAD.pack(len(text), len(blobs)) + sizes + text)
    for blob in blobs:
        connection.sendall(blob)


def receive(stream: BinaryIO) -> tuple[Any, list[bytes]]:
    """EOFError where the other side is gone."""
    length, count = HEAD.unpack(exactly(stream, HEAD.size))
    if count > MAX_BLOBS:
        raise ValueError("too many blobs")
    sizes = [SIZE.unpack(exactly(stream, SIZE.size))[0] for _ in range(count)]
    if length + sum(sizes) > MAX_BYTES:
        raise ValueError("too long")
    message = json.loads(exactly(stream, length).decode("utf-8", "surrogatepass"))
    return message, [exactly(stream, size) for size in sizes]


def exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
