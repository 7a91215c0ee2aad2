"""Who is the channel manager, and why: of an account by its place, of an opportunity by the mapping (contract §4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from routing.book import Book, book
from routing.by_key import by_key
from routing.by_partner import (
    NAMED,
    US_PUBSEC,
    by_precedence,
    is_public_sector,
    near_partners,
    of_public_sector,
    of_table,
    only_by_partner,
)
from routing.by_place import by_place
from routing.facts import Deal, Where, account_of, complete, is_number, living, of_mirror, said
from routing.found import AMBIGUOUS, ASSIGNED, UNASSIGNED, Because, Candidate, Found
from routing.weighing import no_rule, with_skipped

__all__ = [
    "AMBIGUOUS",
    "ASSIGNED",
    "UNASSIGNED",
    "Because",
    "Candidate",
    "Deal",
    "Found",
    "Where",
    "account_owner",
    "opportunity_owner",
]


def account_owner(where: Where, *, on: date | None = None) -> Found:
    """The most specific rule of that day: named partner, part of a state, state, country, country group, all others.

    A partner of the US public sector goes by partner instead of by place.
    """
    known = complete(where)
    found = _account_owner(known, book(on or timezone.localdate()))
    return replace(found, facts=said(known))


def _account_owner(known: Where, rules: Book) -> Found:
    named = of_table(NAMED, known.account, known.partner, rules)
    if isinstance(named, Found):
        return named
    if is_public_sector(known):
        return with_skipped(of_public_sector(known, rules), [*_nobody_called(known), named])
    return with_skipped(by_place(known, rules), [*_nobody_called(known), named, _not_public_sector(known)])


def opportunity_owner(deal: Deal, *, on: date | None = None) -> Found:
    """By partner in the order of the precedence; else by segment, and where that says so by territory."""
    rules = book(on or timezone.localdate())
    if deal.opportunity:
        known = of_mirror(deal)
        if known is None:
            return _no_such_opportunity(deal, rules)
        deal = known
    deal = replace(deal, account=living(deal.account) or account_of(deal.partner))
    return replace(_opportunity_owner(deal, rules), facts=said(deal))


def _opportunity_owner(deal: Deal, rules: Book) -> Found:
    decided, asked = by_precedence(deal, deal.account, rules)
    if decided is not None:
        return with_skipped(_remarked(decided, deal), asked)
    by_partner = only_by_partner(deal.account, asked, deal.partner, rules)
    return by_partner or _of_whoever_it_is(_by_keys(deal, asked, rules), deal)


def _of_whoever_it_is(found: Found, deal: Deal) -> Found:
    """Behind an id nobody knows may be a GSI: what the segment says is a candidate, no answer."""
    if deal.account is not None or not deal.partner.strip():
        return found
    if not is_number(deal.partner):
        words = _("No partner is surely called so: the tables by partner were asked for the name only.")
        return with_skipped(found, [no_rule("partner", deal.partner.strip(), words=words)])
    if found.manager is None:
        return found
    words = _("No partner has this id. A GSI, an Alliance or a US PubSec partner would go by partner.")
    reason = no_rule("partner", deal.partner.strip(), words=words)
    only = Candidate(manager=found.manager, because=found.because)
    because = (*found.because, reason)
    return replace(found, outcome=AMBIGUOUS, manager=None, stand_in=None, candidates=(only,), because=because)


def _by_keys(deal: Deal, asked: list[Because], rules: Book) -> Found:
    """Without an answer, the tables by partner are part of why; their near misses come after those of the keys."""
    found = by_key(deal, rules)
    if found.outcome != UNASSIGNED:
        return with_skipped(found, asked)
    near = near_partners(rules.precedence, deal.partner, rules) if deal.partner else ()
    return replace(found, because=(*asked, *found.because), near_misses=(*found.near_misses, *near))


def _remarked(found: Found, deal: Deal) -> Found:
    """The table goes by partner (handbook); that the deal itself is of no public sector is worth a look."""
    if deal.public_sector is not False or found.because[0].rule != US_PUBSEC:
        return found
    words = _("The opportunity is not marked as public sector; US PubSec goes by partner all the same.")
    return replace(found, remarks=(*found.remarks, words))


def _nobody_called(where: Where) -> list[Because]:
    if where.account is not None or not where.partner.strip():
        return []
    words = _("No partner is surely called so, or has this id: nothing comes from an account.")
    return [no_rule("partner", where.partner.strip(), words=words)]


def _not_public_sector(where: Where) -> Because:
    if where.public_sector:
        words = _("not asked: the public sector has managers of its own in the United States only")
    elif where.public_sector is None:
        words = _("not asked: nobody says that it is public sector")
    else:
        words = _("not asked: it is not public sector")
    return no_rule(US_PUBSEC, "", words=words)


def _no_such_opportunity(deal: Deal, rules: Book) -> Found:
    words = _("We know no opportunity with this id or number.")
    reason = no_rule("opportunity", deal.opportunity.strip(), words=words)
    return Found(outcome=UNASSIGNED, because=(reason,), as_of=rules.on, facts=said(deal))
