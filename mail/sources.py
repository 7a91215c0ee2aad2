"""Messages in files: .eml, mbox and Maildir; the bytes are never changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

FROM_LINE: Final = re.compile(rb"From .*\d{1,2}:\d{2}")
SINGLE: Final = frozenset({".eml", ".msg", ".txt"})


def one(stream: BinaryIO) -> bytes:
    """Standard input is one message, even with a `From ` line."""
    return stream.read()


def read(path: Path) -> Iterator[bytes]:
    """The messages of a path: a Maildir or a directory of .eml files, an mbox, or one message."""
    if path.is_dir():
        yield from read_directory(path)
        return
    with path.open("rb") as handle:
        if path.suffix.lower() in SINGLE or not FROM_LINE.match(handle.readline(1000)):
            handle.seek(0)
            yield handle.read()
            return
        handle.seek(0)
        yield from read_mbox(handle)


def read_directory(path: Path) -> Iterator[bytes]:
    folders = [path / name for name in ("new", "cur") if (path / name).is_dir()]
    files = [file for folder in folders for file in folder.iterdir()] or list(path.glob("*.eml"))
    for file in sorted(files, key=lambda file: file.name):
        if file.is_file() and not file.name.startswith("."):
            yield file.read_bytes()


def read_mbox(handle: BinaryIO) -> Iterator[bytes]:
    """Messages begin at a `From ` line after an empty one; that line and the empty one belong to the box."""
    lines: list[bytes] = []
    after_blank, started = True, False
    for line in handle:
        if after_blank and FROM_LINE.match(line):
            if started:
                yield b"".join(without_last_blank(lines))
            lines, started = [], True
        else:
            lines.append(line)
        after_blank = not line.strip(b"\r\n")
    if started:
        yield b"".join(without_last_blank(lines))


def without_last_blank(lines: list[bytes]) -> list[bytes]:
    return lines[:-1] if lines and not lines[-1].strip(b"\r\n") else lines
