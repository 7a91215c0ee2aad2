"""winmail.dat (TNEF): what Outlook hid in it, taken out; the file itself is always kept (M-12)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from mail import charsets, rtf
from mail.mime import Part

SIGNATURE: Final = b"\x78\x9f\x3e\x22"
HEADER: Final = 9  # level, id and length of an object; two bytes of checksum follow its data
MAX_OBJECTS: Final = 2000
MAX_FILES: Final = 200
MAX_RTF: Final = 2_000_000
CONTENT_ID: Final = 0x3712
MIME_TAG: Final = 0x370E


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


def unpack(data: bytes) -> Unpacked:
    """Raises `Broken` for a file that is cut off, lies about its lengths or defeats the library."""
    from tnefparse import TNEF  # noqa: PLC0415 - only the cage needs it, and only for these mails

    check(data)
    logging.getLogger("tnefparse").disabled = True  # it reports every odd property
    try:
        return gathered(TNEF(data, do_checksum=False))
    except Exception as problem:
        raise Broken(str(problem)) from problem


def check(data: bytes) -> None:
    """Every object lies within the file, and there are not absurdly many."""
    position = 6
    for _number in range(MAX_OBJECTS):
        if position + HEADER > len(data):
            if position < len(data) - 4:
                raise Broken("it is cut off")
            return
        size = int.from_bytes(data[position + 5 : position + HEADER], "little")
        position += HEADER + size + 2
        if position > len(data):
            raise Broken("it is cut off")
    raise Broken("it has too many parts")


def gathered(found: Any) -> Unpacked:
    page = found.codepage or "cp1252"
    files: list[File] = []
    waiting = list(reversed(found.attachments))
    while waiting and len(files) < MAX_FILES:
        attachment = waiting.pop()
        embedded = getattr(attachment, "embed", None)
        if embedded is None:
            files.append(file_of(attachment, page))
        else:
            files.extend(message_of(attachment, embedded, page))
            waiting.extend(reversed(embedded.attachments))
    return Unpacked(*words_of(found, page), files)


def words_of(found: Any, page: str) -> tuple[str, str]:
    markup, text = readable(found.htmlbody, page), readable(found.body, page)
    if not markup.strip() and not text.strip():
        text = rich_words(found, page)
    return text.strip("\0 \r\n").replace("\r\n", "\n").replace("\r", "\n"), markup.strip("\0 \r\n")


def rich_words(found: Any, page: str) -> str:
    from compressed_rtf import decompress  # noqa: PLC0415 - only the cage needs it, and only for these mails

    packed = found._rtfbody  # noqa: SLF001 - its own property loses the zeros at the end
    if not packed or len(packed) > MAX_RTF:
        return ""
    return rtf.to_text(decompress(packed + bytes(64)), page=page)


def file_of(attachment: Any, page: str) -> File:
    properties = {one.name: one for one in attachment.mapi_attrs}
    return File(
        name=name_of(attachment, page),
        content=bytes(attachment.data),
        content_type=property_text(properties.get(MIME_TAG), page) or "application/octet-stream",
        content_id=property_text(properties.get(CONTENT_ID), page),
    )


def message_of(attachment: Any, embedded: Any, page: str) -> Iterator[File]:
    """A message within the message: its words as a file, named as the attachment is."""
    text, markup = words_of(embedded, embedded.codepage or page)
    name = name_of(attachment, page) or "message"
    if markup:
        yield File(f"{name}.html", markup.encode(), "text/html; charset=utf-8", "")
    elif text:
        yield File(f"{name}.txt", text.encode(), "text/plain; charset=utf-8", "")


def name_of(attachment: Any, page: str) -> str:
    try:
        long_name = attachment.long_filename()
    except UnicodeDecodeError:
        long_name = attachment._name  # noqa: SLF001 - in the sender's code page, which the library does not try
    return readable(long_name, page).strip("\0 ")


def property_text(found: Any, page: str) -> str:
    return readable(found.data, page).strip("\0 <>") if found is not None else ""


def readable(value: Any, page: str) -> str:
    if isinstance(value, bytes):
        return charsets.decode(value, page)
    return charsets.clean(str(value)) if value else ""
