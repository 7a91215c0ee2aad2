"""How well an invoice, or the deal behind it, fits what was asked for; each point with its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from integrations.salesforce.shapes import InvoiceRef, OpportunityRef
from partners import names
from tickets.search import fold

if TYPE_CHECKING:
    from invoices.finding import Asked

NUMBER: Final = 100
QUOTE: Final = 70
DAY: Final = 60
NAME: Final = 50
NEAR: Final = 35  # from here on another one may be meant
_NEAR_DAYS: Final = ((3, 45), (14, 30), (31, 15))
_ALIKE: Final = 82  # of rapidfuzz: below it two names only share words
_SHAPE: Final = re.compile(r"(?:inv)?[\s\-_#./]*0*(\d+)", re.IGNORECASE)
_WORDS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, kw_only=True)
class Point:
    """One thing that was asked for, as this invoice has it."""

    score: int
    exact: bool
    words: str


def weigh(one: InvoiceRef, asked: Asked, *, quoted: bool = False) -> tuple[int, bool, list[str]]:
    """The points together; `exact` where nothing that was said is away by a day or a letter."""
    points = list(_points(one, asked))
    if quoted:
        points.append(Point(score=QUOTE, exact=True, words=_("The quote belongs to its opportunity.")))
    score = sum(point.score for point in points)
    by_number = any(point.score == NUMBER for point in points)
    exact = bool(points) and (by_number or all(point.exact for point in points))
    return score, exact and score >= NAME, [point.words for point in points if point.words]


def spellings(number: str) -> list[str]:
    """As it was written, and its digits: the ends of numbers are found by them, whatever stands before."""
    written = " ".join(number.split())
    shape = _SHAPE.fullmatch(written)
    return [one for one in dict.fromkeys([written, shape[1] if shape else ""]) if one]


def same_number(one: str, other: str) -> bool:
    """The same digits after the same letters, whatever stands between them."""
    first, second = _SHAPE.fullmatch(one.strip()), _SHAPE.fullmatch(other.strip())
    if first and second:
        return first[1] == second[1]
    return bool(one.strip()) and _plain(one) == _plain(other)


def of_deal(deal: OpportunityRef, asked: Asked) -> int:
    """For choosing whose invoices are read."""
    return _name(deal.name, deal.customer_name, asked).score


def _points(one: InvoiceRef, asked: Asked) -> Iterator[Point]:
    if asked.number:
        same = any(same_number(one.number, number) for number in asked.numbers)
        yield Point(score=NUMBER if same else 0, exact=same, words=_("The number is the same.") if same else "")
    if asked.transaction_date:
        yield _near(one.date, asked.transaction_date, exact=_("It is of that day."), near=_("It is of %(day)s."))
    if asked.won_on:
        won = one.opportunity_close_date if one.opportunity_won else None
        yield _near(won, asked.won_on, exact=_("The deal was won that day."), near=_("The deal was won on %(day)s."))
    if asked.opportunity:
        yield _name(one.opportunity_name, one.customer_name, asked)


def _near(known: date | None, asked: date, *, exact: str, near: str) -> Point:
    if known is None:
        return Point(score=0, exact=False, words="")
    away = abs((known - asked).days)
    if away == 0:
        return Point(score=DAY, exact=True, words=exact)
    score = next((score for days, score in _NEAR_DAYS if away <= days), 0)
    return Point(score=score, exact=False, words=near % {"day": date_format(known, "j M Y")} if score else "")


def _name(opportunity: str, customer: str, asked: Asked) -> Point:
    """The opportunity's or the customer's name, as people shorten them."""
    wanted, name = _plain(asked.opportunity), _plain(opportunity)
    if wanted and wanted == name:
        return Point(score=NAME, exact=True, words=_("The opportunity is called so."))
    alike = max(
        fuzz.token_set_ratio(wanted, name) if wanted and name else 0, names.likeness(asked.opportunity, customer)
    )
    if alike < _ALIKE:
        return Point(score=0, exact=False, words="")
    words = _("The opportunity is “%(name)s” of %(customer)s.")
    said = words % {"name": opportunity, "customer": customer or _("an unknown customer")}
    return Point(score=int(alike * NAME / 100) - 5, exact=False, words=said)


def _plain(text: str) -> str:
    return " ".join(_WORDS.sub(" ", fold(text)).split())
