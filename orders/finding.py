"""Which opportunity a request is about: candidates from Salesforce, with what speaks for each of them and what against.

Nobody is picked below certainty: one candidate must stand clearly before all others, and nothing may speak against it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from integrations import asking
from integrations.salesforce import ids
from integrations.salesforce.shapes import OpportunityRef
from orders.models import OrderRequest
from orders.weighing import MOST, Candidate, Pool, Wanted, folded, rank
from partners.models import Account
from tickets import papers
from tickets.models.ticket import REFERENCE_PREFIX

CERTAIN: Final = 75  # points; a quote number alone reaches it, a customer alone never
APART: Final = 20  # so much fewer points every other one must have
ASKED_AT_ONCE: Final = 50
NUMBERS: Final = 4
READ: Final = 50_000  # letters of all they wrote
LIKE_A_NUMBER: Final = re.compile(r"\b006[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?\b|\b[A-Z]{2,6}-\d{4,}\b")


@dataclass(frozen=True, kw_only=True)
class Found:
    """`certain` only where one stands alone; `wanted` says whether there was anything to look for."""

    candidates: tuple[Candidate, ...] = ()
    certain: Candidate | None = None
    wanted: bool = True


def look(request: OrderRequest, *, account: Account | None) -> Found:
    """Asks Salesforce; VendorError goes to the caller."""
    wanted = wanted_of(request, account=account)
    if wanted.is_nothing:
        return Found(wanted=False)
    return judged(rank(wanted, _pool(wanted)))


def wanted_of(request: OrderRequest, *, account: Account | None) -> Wanted:
    """The values in force, with the other numbers that were read beside them or stand in the text."""
    text, quotes = _text_of(request), _all_of(request, "quote_no")
    pasted = _pasted(text, without={*quotes, *_all_of(request, "po_no")})
    return Wanted(
        kind=request.kind,
        quotes=quotes,
        numbers=tuple(dict.fromkeys((*_numbers_in(request.opportunity_name), *pasted))),
        name=request.opportunity_name.strip(),
        customer=request.customer.strip(),
        amount=request.amount,
        currency=request.currency,
        partner=account.salesforce_id if account is not None else "",
        text=folded(text),
    )


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


def _text_of(request: OrderRequest) -> str:
    """What they wrote in mails and documents: a name nobody could tell for a customer's may stand there."""
    pages = (page for source in papers.sources_of(request.ticket) for page in source.pages)
    return "\n".join(pages)[:READ]


def _numbers_in(name: str) -> tuple[str, ...]:
    """Whoever asks for the opportunity's name may be given its number, its id or a link to it."""
    text = name.strip()
    return (text,) if text and " " not in text and any(sign.isdigit() for sign in text) else ()


def _pasted(text: str, *, without: Collection[str]) -> tuple[str, ...]:
    """What in a text looks like an opportunity's number, id or link; of quotes and orders it is known what they are."""
    found = dict.fromkeys(match[0] for match in LIKE_A_NUMBER.finditer(text))
    return tuple(one for one in found if one not in without and not one.startswith(REFERENCE_PREFIX))[:NUMBERS]


def _all_of(request: OrderRequest, name: str) -> tuple[str, ...]:
    """The value in force, and those that were read beside it; a person's own stands alone."""
    read: Sequence[Mapping[str, Any]] = request.facts.get(name, ())
    first = str(next(iter(read), {}).get("value") or "").strip()
    chosen = str(getattr(request, name, first) or "").strip()
    if name in request.corrected:
        return (chosen,) if chosen else ()
    values = [chosen, *(str(one.get("value") or "").strip() for one in read)]
    return tuple(dict.fromkeys(value for value in values if value))[:NUMBERS]
