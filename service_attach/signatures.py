"""Whether the customer has signed, as far as a text can tell: a name behind a signature, or a line left empty.

A signature drawn by hand leaves no text. So an empty line is no proof that nobody has signed: a person looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from documents.papers import Found, Source, finding
from service_attach import signs

LABEL: Final = "signature"
SIGNED, UNSIGNED = "signed", "unsigned"
CUSTOMERS: Final = 0.95
TWO_SIDES: Final = 0.85
ONE_SIDE: Final = 0.65
BESIDE_AN_EMPTY_ONE: Final = 0.45
EMPTY: Final = 0.4
BEFORE: Final = 160  # signs in front of a signature that say whose it is
_CUSTOMER: Final = re.compile(r"\b(customer|client|buyer|kunde|auftraggeber|cliente)\b|顧客|お客様", re.IGNORECASE)
_PARTNER: Final = re.compile(r"\b(partner|provider|contractor|supplier|auftragnehmer|prestataire)\b", re.IGNORECASE)


def found(sources: Sequence[Source]) -> list[Found]:
    """One finding for each document: signed, or a line nobody has signed on."""
    return [one for source in sources if source.kind == "paper" for one in _of(source)]


def _of(source: Source) -> Iterator[Found]:
    hits = [hit for page, text in enumerate(source.pages, start=1) for hit in _hits(page, text)]
    empty = [
        (page, match) for page, text in enumerate(source.pages, start=1) for match in signs.UNSIGNED.finditer(text)
    ]
    if hits:
        page, match, weight = max(hits, key=lambda hit: (_side(source, hit[0], hit[1]) == "customer", hit[2]))
        sure = weight * _certainty(source, hits, empty=bool(empty))
        yield finding.found(source, page, match.start(), match.end(), sure=sure, label=LABEL, value=SIGNED)
    elif empty:
        page, match = empty[0]
        yield finding.found(source, page, match.start(), match.end(), sure=EMPTY, label=LABEL, value=UNSIGNED)


def _hits(page: int, text: str) -> Iterator[tuple[int, re.Match[str], float]]:
    for pattern, weight in signs.SIGNED:
        for match in pattern.finditer(text):
            who = match.groupdict().get("who")
            if who is None or re.search(r"[^\W\d_]{2}", who):
                yield page, match, weight


def _certainty(source: Source, hits: Sequence[tuple[int, re.Match[str], float]], *, empty: bool) -> float:
    sides = {_side(source, page, match) for page, match, _weight in hits}
    if "customer" in sides:
        return CUSTOMERS
    if empty or sides == {"partner"}:
        return BESIDE_AN_EMPTY_ONE
    places = {(page, match.start()) for page, match, _weight in hits}
    return TWO_SIDES if len(places) > 1 else ONE_SIDE


def _side(source: Source, page: int, match: re.Match[str]) -> str:
    """Whose signature it is, by the nearest word in front of it or in it."""
    text = source.pages[page - 1][max(0, match.start() - BEFORE) : match.end()]
    customer = max((one.end() for one in _CUSTOMER.finditer(text)), default=-1)
    partner = max((one.end() for one in _PARTNER.finditer(text)), default=-1)
    if customer < 0 and partner < 0:
        return ""
    return "customer" if customer > partner else "partner"
