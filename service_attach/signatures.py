"""Whether the customer has signed, as far as a text can tell: a name behind a signature, or a line left empty.

A signature drawn by hand leaves no text. So an empty line is no proof that nobody has signed: a person looks. A digital
signature says that somebody has signed, seldom who.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from django.utils.translation import ngettext

from documents.papers import Found, Source, finding, labels
from service_attach import sides, signs

LABEL: Final = "signature"
SIGNED, UNSIGNED = "signed", "unsigned"
CUSTOMERS: Final = 0.95
TWO_SIDES: Final = 0.85
ONE_SIDE: Final = 0.65
PARTNERS_ONLY: Final = 0.45
EMPTY: Final = 0.4


class Hit(NamedTuple):
    """A name behind a signature, and whose part it stands in."""

    page: int
    start: int
    end: int
    weight: float
    side: str


def found(sources: Sequence[Source]) -> list[Found]:
    """One finding for each document: signed, or a line nobody has signed on."""
    return [one for source in sources if source.kind == "paper" for one in _of(source)]


def hits(source: Source) -> list[Hit]:
    """Every name behind a signature."""
    return [hit for page, text in enumerate(source.pages, start=1) for hit in _hits(source, page, text)]


def _of(source: Source) -> Iterator[Found]:
    signed = hits(source)
    empty = [
        (page, match) for page, text in enumerate(source.pages, start=1) for match in signs.UNSIGNED.finditer(text)
    ]
    if signed:
        one = max(signed, key=lambda hit: (hit.side == sides.CUSTOMER, hit.weight))
        sure = one.weight * _certainty(signed, empty=bool(empty))
        yield finding.found(source, one.page, one.start, one.end, sure=sure, label=LABEL, value=SIGNED)
    elif source.signed:
        yield _digital(source)
    elif empty:
        page, match = empty[0]
        yield finding.found(source, page, match.start(), match.end(), sure=EMPTY, label=LABEL, value=UNSIGNED)


def _hits(source: Source, page: int, text: str) -> Iterator[Hit]:
    for pattern, weight in signs.SIGNED:
        for match in pattern.finditer(text):
            if _is_name(match["who"]) and not signs.NOT_YET.search(text[max(0, match.start() - 40) : match.start()]):
                whose = sides.side(source, page, match.start(), match.end())
                yield Hit(page, match.start(), match.end(), weight, whose)


def _is_name(who: str) -> bool:
    """A name begins with a capital; what a form says there, and what it asks for, is none."""
    bare = who.strip(" \t,.;:-")
    letters = re.search(r"[^\W\d_]{2}", bare)
    if letters is None or bare[0].islower() or labels.is_placeholder(bare) or labels.is_label(bare):
        return False
    return signs.NO_NAME.match(bare) is None


def _certainty(signed: Sequence[Hit], *, empty: bool) -> float:
    whose = {hit.side for hit in signed}
    if sides.CUSTOMER in whose:
        return CUSTOMERS
    if empty or whose == {sides.PARTNER}:
        return PARTNERS_ONLY
    return TWO_SIDES if len({(hit.page, hit.start) for hit in signed}) > 1 else ONE_SIDE


def _digital(source: Source) -> Found:
    count = len(source.signed)
    words = ngettext("One digital signature", "%(n)d digital signatures", count) % {"n": count}
    quote = ", ".join([words, *filter(None, source.signed)])
    sure = TWO_SIDES if count > 1 else ONE_SIDE
    return Found(value=SIGNED, label=LABEL, quote=quote, source=source, page=1, sure=sure, start=0, end=0)
