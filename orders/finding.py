"""Which opportunity a request is about: candidates from Salesforce, with what speaks for each of them and what against.

Nobody is picked below certainty: one candidate must stand clearly before all others, and nothing may speak against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from integrations import asking
from integrations.salesforce import ids, links
from integrations.salesforce.shapes import OpportunityRef
from orders.models import OrderRequest
from partners import names
from partners.models import Account

CERTAIN: Final = 75  # points; a quote number alone reaches it, a customer alone never
APART: Final = 20  # so much fewer points every other one must have
LEAST: Final = 15
MOST: Final = 6
ASKED_AT_ONCE: Final = 50
NUMBERS: Final = 4

BY_QUOTE: Final = 80
BY_NUMBER: Final = 85
SAME_NAME, MUCH_OF_NAME, SOME_OF_NAME = 45, 35, 20
SAME_CUSTOMER, OTHER_FORM, LIKE_CUSTOMER = 35, 25, 15
SAME_AMOUNT, NEAR_AMOUNT = 25, 15
OF_PARTNER: Final = 15
OTHER_CUSTOMER, OTHER_PARTNER, IS_WON, IS_LOST = -20, -30, -25, -35
NEAR: Final = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A sentence for a candidate, or against it where the points are below nothing."""

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
            "reasons": [{"words": one.words, "points": one.points} for one in self.reasons],
        }


@dataclass(frozen=True, kw_only=True)
class Found:
    """`certain` only where one stands alone; `wanted` says whether there was anything to look for."""

    candidates: tuple[Candidate, ...] = ()
    certain: Candidate | None = None
    wanted: bool = True


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

    @property
    def is_nothing(self) -> bool:
        return not (self.quotes or self.numbers or self.name or self.customer or self.amount or self.partner)


@dataclass(kw_only=True)
class Pool:
    """Opportunities by id, and which of them a number of the request names."""

    found: dict[str, OpportunityRef] = field(default_factory=dict)
    by_quote: dict[str, str] = field(default_factory=dict)
    by_number: dict[str, str] = field(default_factory=dict)


def look(request: OrderRequest, *, account: Account | None) -> Found:
    """Asks Salesforce; VendorError goes to the caller."""
    wanted = wanted_of(request, account=account)
    if wanted.is_nothing:
        return Found(wanted=False)
    return judged(rank(wanted, _pool(wanted)))


def wanted_of(request: OrderRequest, *, account: Account | None) -> Wanted:
    """The values in force, with the other numbers that were read beside them."""
    return Wanted(
        kind=request.kind,
        quotes=_all_of(request, "quote_no"),
        numbers=_all_of(request, "opportunity_no"),
        name=request.opportunity_name.strip(),
        customer=request.customer.strip(),
        amount=request.amount,
        currency=request.currency,
        partner=account.salesforce_id if account is not None else "",
    )


def rank(wanted: Wanted, pool: Pool) -> tuple[Candidate, ...]:
    """The likeliest first; what hardly anything speaks for is left out."""
    made = [_candidate(wanted, pool, one) for one in pool.found.values()]
    made = [one for one in made if one.score >= LEAST]
    made.sort(key=lambda one: (-one.score, one.opportunity.number, one.opportunity.id))
    return tuple(made[:MOST])


def judged(candidates: Sequence[Candidate]) -> Found:
    """Certain is who has the points, stands apart from the next and is not contradicted."""
    best = next(iter(candidates), None)
    second = candidates[1].score if len(candidates) > 1 else 0
    alone = best is not None and best.score >= CERTAIN and best.score - second >= APART and not best.is_contradicted
    return Found(candidates=tuple(candidates), certain=best if alone else None)


def named(text: str) -> OpportunityRef | None:
    """The opportunity with this id, link or number; None where Salesforce has none, or several."""
    wanted = text.strip()
    identity = next((one for one in wanted.replace("/", " ").split() if ids.may_be_id(one, prefix="006")), "")
    if identity:
        found: OpportunityRef | None = asking.ask("salesforce.opportunity", identity)
        return found
    several: list[OpportunityRef] = asking.ask("salesforce.opportunities", number=wanted, limit=2) if wanted else []
    return several[0] if len(several) == 1 else None


def summary(one: OpportunityRef) -> dict[str, Any]:
    """What is kept of an opportunity beside a request."""
    return {
        "id": one.id,
        "number": one.number,
        "name": one.name,
        "customer": one.customer_name,
        "partner": one.partner,
        "partner_name": one.partner_name,
        "distributor_name": one.distributor_name,
        "amount": str(one.amount) if one.amount is not None else "",
        "stage": one.stage,
        "close_date": one.close_date.isoformat() if one.close_date else "",
        "owner": one.owner_name,
        "public_sector": one.public_sector,
        "link": one.link or links.record_url("Opportunity", one.id),
    }


def _pool(wanted: Wanted) -> Pool:
    """Numbers one by one, so that it is known which names which; everything else with one question."""
    pool = Pool()
    for number in wanted.quotes:
        _take(pool, _ask(quote=number, limit=MOST), pool.by_quote, number)
        _take(pool, _ask(number=number, limit=2), pool.by_number, number)
    for number in wanted.numbers:
        _take(pool, [one for one in [named(number)] if one is not None], pool.by_number, number)
    more = {"name": wanted.name, "customer": wanted.customer, "amount": wanted.amount, "partner": wanted.partner}
    given = {name: value for name, value in more.items() if value}
    if given:
        _take(pool, _ask(**given, limit=ASKED_AT_ONCE))
    return pool


def _ask(**given: Any) -> list[OpportunityRef]:
    return list(asking.ask("salesforce.opportunities", **given))


def _take(pool: Pool, found: Iterable[OpportunityRef], by: dict[str, str] | None = None, number: str = "") -> None:
    for one in found:
        pool.found.setdefault(one.id, one)
        if by is not None:
            by.setdefault(one.id, number)


def _candidate(wanted: Wanted, pool: Pool, one: OpportunityRef) -> Candidate:
    reasons = [
        *_of_numbers(pool, one),
        *_of_name(wanted, one),
        *_of_customer(wanted, one),
        *_of_amount(wanted, one),
        *_of_partner(wanted, one),
        *_of_stage(wanted, one),
    ]
    reasons.sort(key=lambda reason: -reason.points)
    score = max(0, min(99, sum(reason.points for reason in reasons)))
    return Candidate(opportunity=one, score=score, reasons=tuple(reasons))


def _of_numbers(pool: Pool, one: OpportunityRef) -> Iterable[Reason]:
    if one.id in pool.by_quote:
        yield Reason(words=_("Quote %(number)s is of it.") % {"number": pool.by_quote[one.id]}, points=BY_QUOTE)
    if one.id in pool.by_number:
        words = _("The request names it: %(number)s.") % {"number": pool.by_number[one.id]}
        yield Reason(words=words, points=BY_NUMBER)


def _of_name(wanted: Wanted, one: OpportunityRef) -> Iterable[Reason]:
    said, there = names.normalised(wanted.name), names.normalised(one.name)
    if not said or not there:
        return
    alike = 100.0 if said == there else fuzz.token_sort_ratio(said, there)
    if alike == 100:  # noqa: PLR2004 - the same words
        yield Reason(words=_("It has the name that the request gives."), points=SAME_NAME)
    elif alike >= 90:  # noqa: PLR2004 - a letter or two
        yield Reason(words=_("Its name is nearly the one given: %(name)s.") % {"name": one.name}, points=MUCH_OF_NAME)
    elif max(alike, fuzz.token_set_ratio(said, there)) >= 75:  # noqa: PLR2004 - most words
        yield Reason(words=_("Its name is like the one given: %(name)s.") % {"name": one.name}, points=SOME_OF_NAME)


def _of_customer(wanted: Wanted, one: OpportunityRef) -> Iterable[Reason]:
    if not wanted.customer or not one.customer_name:
        return
    alike, known = names.likeness(wanted.customer, one.customer_name), {"name": one.customer_name}
    if alike >= names.SAME_CORE:
        yield Reason(words=_("It is for the same customer: %(name)s.") % known, points=SAME_CUSTOMER)
    elif alike == names.OTHER_FORM:
        yield Reason(words=_("Its customer differs in the legal form: %(name)s.") % known, points=OTHER_FORM)
    elif alike:
        yield Reason(words=_("Its customer is called alike: %(name)s.") % known, points=LIKE_CUSTOMER)
    else:
        yield Reason(words=_("Its customer is another one: %(name)s.") % known, points=OTHER_CUSTOMER)


def _of_amount(wanted: Wanted, one: OpportunityRef) -> Iterable[Reason]:
    """Another amount says little: one has taxes, the other a discount."""
    if not wanted.amount or one.amount is None:
        return
    there = {"amount": number_format(one.amount, decimal_pos=2, use_l10n=True, force_grouping=True)}
    if wanted.amount == one.amount:
        yield Reason(words=_("The amount is the same: %(amount)s.") % there, points=SAME_AMOUNT)
    elif abs(wanted.amount - one.amount) <= one.amount * NEAR:
        yield Reason(words=_("The amount is nearly the same: %(amount)s.") % there, points=NEAR_AMOUNT)


def _of_partner(wanted: Wanted, one: OpportunityRef) -> Iterable[Reason]:
    if not wanted.partner or not one.partner:
        return
    if ids.full_id(wanted.partner) == ids.full_id(one.partner):
        yield Reason(words=_("It is a deal of this partner."), points=OF_PARTNER)
    else:
        yield Reason(words=_("It is a deal of another partner."), points=OTHER_PARTNER)


def _of_stage(wanted: Wanted, one: OpportunityRef) -> Iterable[Reason]:
    """Who asks how an order stands asks after one that is won; nobody orders on one that is over."""
    if one.won and wanted.kind != "order_status":
        yield Reason(words=_("It is won already: %(stage)s.") % {"stage": one.stage}, points=IS_WON)
    elif not one.won and "closed" in one.stage.casefold():
        yield Reason(words=_("It is lost: %(stage)s.") % {"stage": one.stage}, points=IS_LOST)


def _all_of(request: OrderRequest, name: str) -> tuple[str, ...]:
    """The value in force, and those that were read beside it; a person's own stands alone."""
    read: Sequence[Mapping[str, Any]] = request.facts.get(name, ())
    first = str(next(iter(read), {}).get("value") or "").strip()
    chosen = str(getattr(request, name, first) or "").strip()
    if name in request.corrected:
        return (chosen,) if chosen else ()
    values = [chosen, *(str(one.get("value") or "").strip() for one in read)]
    return tuple(dict.fromkeys(value for value in values if value))[:NUMBERS]
