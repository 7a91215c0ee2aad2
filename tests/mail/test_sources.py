"""Messages in files."""

from __future__ import annotations

import io
from pathlib import Path

from mail import sources
from tests.mail.messages import raw


def test_one_message_is_read_as_it_is(tmp_path: Path) -> None:
    message = b"From ana@acme.example Tue Nov 22 14:10:00 2022\n" + raw()
    file = tmp_path / "a.eml"
    file.write_bytes(message)
    assert list(sources.read(file)) == [message]
    assert sources.one(io.BytesIO(message)) == message


def test_an_mbox_is_taken_apart(tmp_path: Path) -> None:
    first, second = (
        raw("From now on\n\nFrom here too\n").replace(b"\r\n", b"\n"),
        raw("second\n").replace(b"\r\n", b"\n"),
    )
    line = b"From ana@acme.example Tue Nov 22 14:10:00 2022\n"
    box = tmp_path / "box"
    box.write_bytes(line + first + b"\n" + line + second)
    assert list(sources.read(box)) == [first, second]


def test_a_maildir_is_read_in_order(tmp_path: Path) -> None:
    for folder in ("new", "cur", "tmp"):
        (tmp_path / folder).mkdir()
    (tmp_path / "cur" / "1.x:2,S").write_bytes(b"one")
    (tmp_path / "new" / "2.x").write_bytes(b"two")
    (tmp_path / "tmp" / "3.x").write_bytes(b"unfinished")
    assert list(sources.read(tmp_path)) == [b"one", b"two"]


def test_a_directory_of_messages_is_read(tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_bytes(b"two")
    (tmp_path / "a.eml").write_bytes(b"one")
    (tmp_path / "notes.md").write_bytes(b"no")
    assert list(sources.read(tmp_path)) == [b"one", b"two"]
