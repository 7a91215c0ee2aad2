"""Bytes → the text of a PDF. Runs in the cage: files come from outside."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _

MOST_PAGES: Final = 50
MOST_TEXT: Final = 200_000  # signs of all pages together: whoever reads it is outside the cage


class Pdf(NamedTuple):
    """What was found: the text of each page, how many pages there are; in `refused` why it cannot be read."""

    refused: str
    pages: int
    texts: list[str]


def read(content: bytes) -> Pdf:
    """The text as it stands on the first pages, line by line; a broken page is an empty one."""
    try:
        document = library().PdfDocument(content)
    except library().PdfiumError:
        return Pdf(_("This PDF cannot be opened."), 0, [])
    try:
        count = len(document)
        return Pdf("", count, _texts(document, min(count, MOST_PAGES)))
    finally:
        document.close()


def _texts(document: Any, count: int) -> list[str]:
    texts, left = [], MOST_TEXT
    for number in range(count):
        texts.append(_text_of(document, number)[:left])
        left -= len(texts[-1])
    return texts


def _text_of(document: Any, number: int) -> str:
    try:
        text = str(document[number].get_textpage().get_text_bounded())
    except library().PdfiumError:
        return ""
    return text.replace("\r\n", "\n").replace("\0", "")


@cache
def library() -> Any:
    """Every process of the desk knows `read`, only the one in the cage loads the library."""
    return import_module("pypdfium2")
