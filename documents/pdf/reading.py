"""Bytes → the text of a PDF. Runs in the cage: files come from outside."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _

MOST_PAGES: Final = 50
MOST_TEXT: Final = 200_000


class Pdf(NamedTuple):
    """What was found: the text of each page, how many pages there are; in `refused` why it cannot be read."""

    refused: str
    pages: int
    texts: list[str]


def read(content: bytes) -> Pdf:
    """The text as it stands on the first pages, line by line."""
    try:
        document = library().PdfDocument(content)
    except library().PdfiumError:
        return Pdf(_("This PDF cannot be opened."), 0, [])
    try:
        count = len(document)
        return Pdf("", count, [text_of(document[number]) for number in range(min(count, MOST_PAGES))])
    finally:
        document.close()


def text_of(page: Any) -> str:
    return str(page.get_textpage().get_text_bounded())[:MOST_TEXT].replace("\r\n", "\n").replace("\0", "")


@cache
def library() -> Any:
    """Every process of the desk knows `read`, only the one in the cage loads the library."""
    return import_module("pypdfium2")
