"""What bytes are, read from the bytes; a declared type is a claim and decides nothing."""

from __future__ import annotations

import re
from typing import Final

import puremagic

UNKNOWN: Final = "application/octet-stream"
LOOKED_AT: Final = 8192
SURE: Final = 0.8
SIGNATURES: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
)
OFFICE: Final = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
NAMED_INSIDE: Final = re.compile(rb"mimetype([a-z]+/[a-z0-9][a-z0-9.+\-]{0,80})")  # OpenDocument, EPUB: the first entry
MARKUP: Final = (
    (b"<svg", "image/svg+xml"),
    (b"<!doctype html", "text/html"),
    (b"<html", "text/html"),
    (b"<script", "text/html"),
    (b"<?xml", "application/xml"),
)


def content_type(head: bytes) -> str:
    """The type of a file by its first 8 KB."""
    head = head[:LOOKED_AT]
    for magic, kind in SIGNATURES:
        if head.startswith(magic):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"PK\x03\x04"):
        return archive_type(head)
    return text_type(head) if is_text(head) else guessed(head)


def archive_type(head: bytes) -> str:
    named = NAMED_INSIDE.match(head, 30)
    if named:
        return named[1].decode("ascii")
    if b"[Content_Types].xml" in head or b"_rels/" in head:
        return next((kind for folder, kind in OFFICE if folder in head), "application/zip")
    return "application/zip"


def is_text(head: bytes) -> bool:
    """UTF-8 without control bytes; a character cut at the end of the sample does no harm."""
    if b"\0" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as problem:
        return problem.reason == "unexpected end of data" and problem.start > len(head) - 4
    return True


def text_type(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1024].lower()
    return next((kind for mark, kind in MARKUP if mark in start), "text/plain")


def guessed(head: bytes) -> str:
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    best = matches[0] if matches else None
    return best.mime_type if best and best.mime_type and best.confidence >= SURE else UNKNOWN
