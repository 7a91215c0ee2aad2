"""Whose part of a document something stands in, the customer's or the partner's: by its cell, its column, its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from documents.papers import Source, lines
from documents.papers.lines import Line

CUSTOMER, PARTNER = "customer", "partner"
LINES: Final = 6  # above it that may be the head of its part
LONGEST, LONGEST_FACT = 5, 9  # words of such a head, and of such a line
FACTS: Final = 2  # above it that may name a company as well: “Customer: Havelland Klinik AG”
_CUSTOMER: Final = re.compile(
    r"\b(customer|client|buyer|end[- ]user|kunden?|auftraggeber(in)?|cliente)\b|顧客|お客様|委託者|発注者",
    re.IGNORECASE,
)
_PARTNER: Final = re.compile(
    r"\b(partner|provider|contractor|supplier|reseller|consultant|dienstleister|auftragnehmer(in)?|prestataire|partenaire"
    r"|proveedor)\b|パートナー|受託者|受注者",
    re.IGNORECASE,
)


def side(source: Source, page: int, start: int, end: int) -> str:
    """By the nearest word in it or above it that names one of the two; empty where none does."""
    return next(filter(None, (named(text) for text in _around(source.pages[page - 1], start, end))), "")


def _around(text: str, start: int, end: int) -> Iterator[str]:
    """Its own words and what stands in front of them, the head of its row, what stands above it in its column."""
    page = lines.of(text)
    at = next((number for number, line in enumerate(page) if line.cells[-1].end > start), None)
    if at is None:
        return
    own = page[at]
    place = next(number for number, cell in enumerate(own.cells) if cell.end > start)
    yield text[own.cells[place].start : max(start, min(end, own.cells[place].end))]
    yield from (cell.text for cell in reversed(own.cells[:place]) if len(own.cells) > 2 or place == 0)
    for far, line in enumerate(reversed(page[max(0, at - LINES) : at]), start=1):
        words = _column(line, place, size=len(own.cells))
        if _may_say(words, far):
            yield words


def _column(line: Line, place: int, *, size: int) -> str:
    """Of a line with other columns than its own nothing is its column; a line of one cell is above all of them."""
    if len(line.cells) == size:
        return line.cells[place].text
    return line.cells[0].text if len(line.cells) == 1 else ""


def _may_say(words: str, far: int) -> bool:
    """A head, or just above it a line that names a company; never a sentence."""
    if far <= FACTS:
        return len(words.split()) <= LONGEST_FACT
    return len(words.split()) <= LONGEST and not re.search(r"[:\uff1a]\s*\S", words)


def named(text: str) -> str:
    """The last of the two that is named."""
    customer = max((one.end() for one in _CUSTOMER.finditer(text)), default=-1)
    partner = max((one.end() for one in _PARTNER.finditer(text)), default=-1)
    if customer == partner:
        return ""
    return CUSTOMER if customer > partner else PARTNER
