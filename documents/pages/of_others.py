"""Workbooks, tables of text, web pages, plain text and pictures as pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from django.utils.translation import gettext as _

from documents.pages import opening
from documents.pages.shapes import Page, Read
from documents.pages.tidying import tidy
from documents.pdf.reading import MOST_PAGES, MOST_TEXT
from documents.tables import reading as of_tables
from documents.tables import separated

NARROWEST, LOWEST = 400, 200  # dots: what is smaller is a logo, not a page
MOST_MARKUP: Final = 2_000_000
_TAG: Final = re.compile(r"<[^<>]*>")
_UNSEEN: Final = re.compile(r"<(script|style|head|template)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_LINE: Final = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6]|/table|hr)\b[^>]*>", re.IGNORECASE)
_CELL: Final = re.compile(r"</t[dh]\s*>", re.IGNORECASE)


def of_sheet(content: bytes, name: str) -> Read:
    """Each tab is a page, its cells parted by tabs."""
    found = of_tables.read(content, name, "")
    if found.refused:
        return Read(kind="sheet", refused=found.refused)
    texts = ["\n".join("\t".join(cells) for _number, cells in table.rows) for table in found.tables]
    empty = [cell for table in found.tables for cell in table.uncomputed]
    words = _("Formulas in %(cells)s have no result in this file: what they would say is not read.")
    warnings = [words % {"cells": ", ".join(empty[:5])}] if empty else []
    return Read(kind="sheet", count=len(texts), pages=list(_cut(texts)), warnings=warnings)


def of_text(content: bytes, name: str) -> Read:
    """A CSV is one page of cells, anything else is read as it stands."""
    if name.lower().endswith((".csv", ".tsv")):
        return of_sheet(content, name)
    return Read(kind="text", count=1, pages=list(_cut([separated.decoded(content)])))


def of_html(content: bytes) -> Read:
    """What a reader sees of it; its scripts and its hidden parts are no words."""
    markup = _UNSEEN.sub(" ", separated.decoded(content)[:MOST_MARKUP])
    text = unescape(_TAG.sub("", _LINE.sub("\n", _CELL.sub("\t", markup))))
    lines = (line.strip(" ") for line in text.split("\n"))
    return Read(kind="text", count=1, pages=list(_cut(["\n".join(line for line in lines if line.strip())])))


def of_picture(content: bytes) -> Read:
    """A photograph or a fax: pictures of text, as far as they are large enough to be pages."""
    count, width, height = opening.picture_pages(content)
    is_page = width >= NARROWEST and height >= LOWEST
    return Read(kind="picture", count=count, pages=[Page(scan=is_page) for _number in range(min(count, MOST_PAGES))])


def _cut(texts: list[str]) -> Iterator[Page]:
    left = MOST_TEXT
    for text in texts[:MOST_PAGES]:
        page = Page(text=tidy(text[: left + 1]).strip("\n")[:left])
        left -= len(page.text)
        yield page
