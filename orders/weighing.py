"""How much speaks for each opportunity a request may mean, and what against it; nothing here asks anybody."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from integrations.salesforce import ids, links
from integrations.salesforce.shapes import OpportunityRef
from partners import names

LEAST: Final = 15  # points
MOST: Final = 6
BY_QUOTE: Final = 80
BY_NUMBER: Final = 85
SAME_NAME, MUCH_OF_NAME, SOME_OF_NAME = 45, 35, 20
SAME_CUSTOMER, OTHER_FORM, LIKE_CUSTOMER, IN_TEXT = 35, 25, 15, 25
SHORTEST: Final = 5  # letters of a name that is looked for in a text
SAME_AMOUNT, NEAR_AMOUNT = 25, 15
OF_PARTNER: Final = 15
OTHER_CUSTOMER, OTHER_PARTNER, IS_WON, IS_LOST = -20, -30, -25, -35
NEAR: Final = Decimal("0.01")
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_NO_WORD: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A sentence for a candidate, or against it where the points are below nothing; `about` says what it looks at."""

    about: str
    words: str
    points: int


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An opportunity that may be meant; the strongest reason stands first."""

    opportunity: OpportunityRef
    score: int
    reasons: tuple[Reason, ...] = ()

    @property
    def is_contradicted(self) -> bool:
        return any(one.points < 0 for one in self.reasons)

    def as_json(self) -> dict[str, Any]:
        """As `OrderRequest.candidates` keeps it."""
        return {
            **summary(self.opportunity),
            "score": self.score,
            "reasons": [asdict(one) for one in self.reasons],
        }


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a request says about its opportunity."""

    kind: str = ""
    quotes: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()  # of opportunities, or their ids
    name: str = ""
    customer: str = ""
    amount: Decimal | None = None
    currency: str = ""
    partner: str = ""  # the id of the asker's account in Salesforce
    text: str = ""  # all they wrote, `folded`

    @property
    def is_nothing(self) -> bool:
        return not (self.quotes or self.numbers or self.name or self.customer or self.amount or self.partner)


@dataclass(kw_only=True)
class Pool:
    """Opportunities by id, and which of them a number of the request names."""

    found: dict[str, OpportunityRef] = field(default_factory=dict)
    by_quote: dict[str, str] = field(default_factory=dict)
    by_number: dict[str, str] = field(default_factory=dict)


def rank(wanted: Wanted, pool: Pool) -> tuple[Candidate, ...]:
    """The likeliest first; what hardly anything speaks for is left out."""
    made = [_candidate(wanted, pool, one) for one in pool.found.values()]
    made = [one for one in made if one.score >= LEAST]
    made.sort(key=lambda one: (-one.score, one.opportunity.number, one.opportunity.id))
    return tuple(made[:MOST])


def summary(one: OpportunityRef) -> dict[str, Any]:
    """What is kept of an opportunity beside a request."""
    return {
        "id": one.id,
        "number": one.number,
        "name": one.name,
        "customer": one.customer_name,
        "partner": one.partner,
        "partner_name": one.partner_name,
        "distributor": one.distributor,
        "distributor_name": one.distributor_name,
        "amount": str(one.amount) if one.amount is not None else "",
        "stage": one.stage,
        "close_date": one.close_date.isoformat() if one.close_date else "",
        "owner": one.owner_name,
        "public_sector": one.public_sector,
        "link": one.link or links.record_url("Opportunity", one.id),
    }


def _candidate(wanted: Wanted, pool: Pool, one: OpportunityRef) -> Candidate:
    reasons = [
        *_of_numbers(wanted, pool, one),
        *_of_name(wanted, one),
        *_of_customer(wanted, one),
        *_of_amount(wanted, one),
        *_of_partner(wanted, one),
        *_of_stage(wanted, one),
    ]
    reasons.sort(key=lambda reason: -reason.points)
    score = max(0, min(99, sum(reason.points for reason in reasons)))
    return Candidate(opportunity=one, score=score, reasons=tuple(reasons))


def folded(text: str) -> str:
    """Words without accents, capitals and signs, a blank before and after each."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    return f" {_NO_WORD.sub(' ', plain).strip()} "


def _of_numbers(wanted: Wanted, pool: Pool, one: OpportunityRef) -> Iterable[Reason]:
    if one.id in pool.by_quote:
        words = _("Quote %(number)s is of it.") % {"number": pool.by_quote[one.id]}
        yield Reason(about=_("Quote"), words=words, points=BY_QUOTE)
    if one.id in pool.by_number or (one.number and folded(one.number) in wanted.text):
        words = _("The request names it: %(number)s.") % {"number": pool.by_number.get(one.id, one.number)}
        yield Reason(about=_("Number"), words=words, points=BY_NUMBER)


def _of_name(wanted: Wanted, one: OpportunityRef) -> Iterable[Reason]:
    said, there = names.normalised(wanted.name), names.normalised(one.name)
    if not said or not there:
        return
    alike = 100.0 if said == there else fuzz.token_sort_ratio(said, there)
    if alike == 100:
        yield Reason(about=_("Name"), words=_("It has the name that the request gives."), points=SAME_NAME)
    elif alike >= 90:
        words = _("Its name is nearly the one given: %(name)s.") % {"name": one.name}
        yield Reason(about=_("Name"), words=words, points=MUCH_OF_NAME)
    elif max(alike, fuzz.token_set_ratio(said, there)) >= 75:
        words = _("Its name is like the one given: %(name)s.") % {"name": one.name}
        yield Reason(about=_("Name"), words=words, points=SOME_OF_NAME)


def _of_customer(wanted: Wanted, one: OpportunityRef) -> Iterable[Reason]:
    """The customer that was read; where none was, whether the text names this one's."""
    if not one.customer_name:
        return
    known = {"name": one.customer_name}
    if not wanted.customer:
        core = names.normalised(one.customer_name)
        if len(core) >= SHORTEST and f" {core} " in wanted.text:
            yield Reason(about=_("Customer"), words=_("The text names its customer: %(name)s.") % known, points=IN_TEXT)
        return
    words, points = _alike(names.likeness(wanted.customer, one.customer_name))
    yield Reason(about=_("Customer"), words=words % known, points=points)


def _alike(likeness: int) -> tuple[str, int]:
    if likeness >= names.SAME_CORE:
        return _("It is for the same customer: %(name)s."), SAME_CUSTOMER
    if likeness == names.OTHER_FORM:
        return _("Its customer differs in the legal form: %(name)s."), OTHER_FORM
    if likeness:
        return _("Its customer is called alike: %(name)s."), LIKE_CUSTOMER
    return _("Its customer is another one: %(name)s."), OTHER_CUSTOMER


def _of_amount(wanted: Wanted, one: OpportunityRef) -> Iterable[Reason]:
    """Another amount says little: one has taxes, the other a discount."""
    if not wanted.amount or one.amount is None:
        return
    there = {"amount": number_format(one.amount, decimal_pos=2, use_l10n=True, force_grouping=True)}
    if wanted.amount == one.amount:
        yield Reason(about=_("Amount"), words=_("The amount is the same: %(amount)s.") % there, points=SAME_AMOUNT)
    elif abs(wanted.amount - one.amount) <= one.amount * NEAR:
        words = _("The amount is nearly the same: %(amount)s.") % there
        yield Reason(about=_("Amount"), words=words, points=NEAR_AMOUNT)


def _of_partner(wanted: Wanted, one: OpportunityRef) -> Iterable[Reason]:
    """In two tiers the distributor sends the order of a reseller's deal."""
    if not wanted.partner or not (one.partner or one.distributor):
        return
    if ids.same_id(wanted.partner, one.partner):
        yield Reason(about=_("Partner"), words=_("It is a deal of this partner."), points=OF_PARTNER)
    elif ids.same_id(wanted.partner, one.distributor):
        yield Reason(about=_("Partner"), words=_("It goes through this distributor."), points=OF_PARTNER)
    elif one.partner:
        yield Reason(about=_("Partner"), words=_("It is a deal of another partner."), points=OTHER_PARTNER)


def _of_stage(wanted: Wanted, one: OpportunityRef) -> Iterable[Reason]:
    """Who asks how an order stands asks after one that is won; nobody orders on one that is over."""
    if one.won and wanted.kind != "order_status":
        words = _("It is won already: %(stage)s.") % {"stage": one.stage}
        yield Reason(about=_("Stage"), words=words, points=IS_WON)
    elif not one.won and "closed" in one.stage.casefold():
        words = _("It is lost: %(stage)s.") % {"stage": one.stage}
        yield Reason(about=_("Stage"), words=words, points=IS_LOST)
