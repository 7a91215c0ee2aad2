"""Search as you type for who manages what: partners, opportunities, countries, states, keys of the mapping."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.salesforce import ids
from partners import finding, searching
from partners.models import Account, Opportunity
from routing import places
from routing.book import Book, book, squeezed
from routing.by_key import near_keys
from routing.facts import opportunity_id
from routing.models import Decision, KeyRule

LONGEST: Final = 200
SHORTEST: Final = 2
MOST: Final = 6  # of each kind
ACCOUNT: Final = Decision.About.ACCOUNT.value
OPPORTUNITY: Final = Decision.About.OPPORTUNITY.value
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something one may ask about. `question` are the parameters that ask it, by their names of the API."""

    kind: str  # account, opportunity, country, state, segment, territory
    title: str
    about: str
    question: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""


def ask(text: str, *, on: date | None = None, about: str = "") -> list[Hit]:
    """What the words may mean, surest kinds first; nothing for less than two signs. `about` leaves one side only."""
    asked = finding.clean(text)[:LONGEST]
    if len(squeezed(asked)) < SHORTEST:
        return []
    rules = book(on or timezone.localdate())
    hits: list[Hit] = []
    if about != OPPORTUNITY:
        hits += [*_places(asked, rules), *_accounts(asked)]
    if about != ACCOUNT:
        hits += [*_keys(asked, rules), *_opportunities(asked)]
    return hits


def _accounts(asked: str) -> Iterator[Hit]:
    living = Account.objects.filter(deleted=None, merged_into=None)
    found = finding.matching(living, asked)[:MOST] if ids.is_id(asked) else searching.named(asked)[:MOST]
    for one in found:
        where = ", ".join(filter(None, (one.subdivision, one.country, one.track)))
        yield Hit(kind="account", title=one.name, about=ACCOUNT, question={"partner": str(one.pk)}, hint=where)


def _opportunities(asked: str) -> Iterator[Hit]:
    """By id or link also one that only Salesforce has; by number, or by the beginnings of words of its name."""
    identity = opportunity_id(asked)
    if identity:
        by = Q(salesforce_id=identity)
    else:
        words = " & ".join(f"{word}:*" for word in _WORD.findall(asked.lower())[:8])
        by = Q(number__lower=asked.lower())
        by |= Q(words=SearchQuery(words, search_type="raw", config="simple")) if words else Q()
    rows = Opportunity.objects.annotate(words=SearchVector("name", config="simple")).filter(by, deleted=None)
    known = list(rows.select_related("account")[:MOST])
    for one in known:
        hint = ", ".join(filter(None, (one.number, str(one.account or ""), one.stage)))
        yield Hit(
            kind="opportunity",
            title=one.name,
            about=OPPORTUNITY,
            question={"opportunity": one.salesforce_id},
            hint=hint,
        )
    if identity and not known:
        hint = _("Not read yet: Salesforce will be asked")
        yield Hit(kind="opportunity", title=identity, about=OPPORTUNITY, question={"opportunity": identity}, hint=hint)


def _places(asked: str, rules: Book) -> Iterator[Hit]:
    for place in islice(places.beginning_countries(asked), MOST):
        yield Hit(kind="country", title=place.name, about=ACCOUNT, question={"country": place.code}, hint=place.code)
    countries = sorted(rules.has_subdivisions)
    states = (one for country in countries for one in places.beginning_subdivisions(country, asked))
    for place in islice(states, MOST):
        question = {"country": place.country, "subdivision": place.code}
        hint = f"{places.name_of(place.country)}, {place.code}"
        yield Hit(kind="state", title=place.name, about=ACCOUNT, question=question, hint=hint)


def _keys(asked: str, rules: Book) -> Iterator[Hit]:
    """Keys that hold what is typed, blanks and signs aside, those that begin with it first; else the closest."""
    for table in KeyRule.Table.values:
        for key in _holding(asked, table, rules) or near_keys(table, asked, rules):
            found = rules.by_key(table, key)
            said = ", ".join(dict.fromkeys(rule.result for rule in found))
            yield Hit(kind=table, title=key, about=OPPORTUNITY, question={table: key}, hint=said)


def _holding(asked: str, table: str, rules: Book) -> list[str]:
    wanted = squeezed(asked)
    if not wanted:
        return []
    found = [(not plain.startswith(wanted), key) for plain, key in rules.written[table].items() if wanted in plain]
    return [key for _later, key in sorted(found)[:MOST]]
