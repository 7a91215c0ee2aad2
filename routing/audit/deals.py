"""Open opportunities that the mapping has no manager for, grouped by the key or the partner it does not know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from partners.models import Account, Opportunity
from routing import owners, places
from routing.audit import fixes
from routing.audit.finding import AMBER, RED, Finding, Kind
from routing.audit.grouped import first_few, place_of
from routing.audit.said import table_name
from routing.book import Book
from routing.facts import Deal
from routing.found import ASSIGNED, Found
from routing.models import KeyRule, PartnerRule
from routing.weighing import is_to_be_hired

SEGMENT: Final = KeyRule.Table.SEGMENT.value
TERRITORY: Final = KeyRule.Table.TERRITORY.value
PARTNER: Final = "partner"
TABLES: Final = (PartnerRule.Table.GSI.value, PartnerRule.Table.US_PUBSEC.value, PartnerRule.Table.ALLIANCE.value)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Opportunities of the same two keys, or of a partner that only a table may name; and the rules' answer."""

    segment: str
    territory: str
    account: Account | None
    count: int
    ids: Sequence[int]
    found: Found


def open_ones() -> QuerySet[Opportunity]:
    """Of partners, and not over: “Closed Won”, “8-Closed Lost”, “9-Unqualified”, “10-Duplicate” are."""
    over = Q(stage__icontains="closed") | Q(stage__icontains="unqualified") | Q(stage__icontains="duplicate")
    return Opportunity.objects.filter(deleted=None, account__deleted=None, account__isnull=False).exclude(over)


def judge(book: Book) -> list[Judged]:
    """Those without one sure manager. Without a mapping none: that is one finding of its own.

    A partner that a table names is left out: what is wrong with its row is a finding about the row.
    """
    if not any(book.keys.values()):
        return []
    named, alone = _named(book), _only_by_partner()
    found = [*_by_partner(alone - named, book), *_by_keys(named | alone, book)]
    return [one for one in found if one.found.outcome != ASSIGNED]


def beside(book: Book, judged: Iterable[Judged]) -> set[int]:
    """Partners whose opportunities have the same keys and are not asked for by them."""
    return (_named(book) | _only_by_partner()) - {one.account.pk for one in judged if one.account is not None}


def _named(book: Book) -> set[int]:
    """Partners that a table by partner has a row for."""
    linked = {pk for table in TABLES for pk in book.partners[table][0]}
    names = {
        rule.key.lower()
        for table in TABLES
        for rules in book.partners[table][1].values()
        for rule in rules
        if rule.account is None
    }
    rows = Account.objects.annotate(low=Lower("name")).filter(low__in=names) if names else Account.objects.none()
    return linked | set(rows.values_list("pk", flat=True))


def _only_by_partner() -> set[int]:
    """GSI, alliances and the public sector of the United States: no key speaks of them."""
    kinds = Q(partner_type__iregex="^(gsi|alliance)$") | Q(public_sector=True)
    rows = Account.objects.filter(kinds, deleted=None)
    return {
        pk
        for pk, kind, country, subdivision in rows.values_list("pk", "partner_type", "country", "subdivision")
        if kind.lower() in TABLES or not country or place_of(country, subdivision)[:2] in {places.US, "PR"}
    }


def _by_partner(accounts: set[int], book: Book) -> Iterator[Judged]:
    rows = open_ones().filter(account__in=accounts).order_by().values("account")
    counted = {row["account"]: row for row in rows.annotate(n=Count("pk"), pks=first_few())}
    for account in Account.objects.filter(pk__in=counted).order_by("name"):
        row = counted[account.pk]
        yield _judged(row, Deal(account=account), book, account=account)


def _by_keys(besides: set[int], book: Book) -> Iterator[Judged]:
    rows = open_ones().exclude(account__in=besides).order_by().values("segment", "territory")
    for row in rows.annotate(n=Count("pk"), pks=first_few()):
        yield _judged(row, Deal(segment=row["segment"], territory=row["territory"]), book)


def _judged(row: Mapping[str, Any], deal: Deal, book: Book, *, account: Account | None = None) -> Judged:
    return Judged(
        segment=deal.segment,
        territory=deal.territory,
        account=account,
        count=row["n"],
        ids=row["pks"],
        found=owners.opportunity_owner(deal, on=book.on),
    )


def asked(one: Judged) -> tuple[str, str]:
    """The table that did not decide, and what it was asked for; the territory where the segment sends there."""
    if one.account is not None:
        return PARTNER, one.account.name
    looks_on = one.segment.strip() and any(step.rule == TERRITORY for step in one.found.because)
    return (TERRITORY, one.territory) if looks_on else (SEGMENT, one.segment)


def slug_of(one: Judged) -> str:
    table, key = asked(one)
    return f"keys-{table}-{one.account.pk if one.account else key}"


def find(judged: Iterable[Judged], book: Book) -> Iterator[Finding]:
    lacking: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        lacking[slug_of(one)].append(one)
    for slug, ones in lacking.items():
        yield _unknown(slug, ones, book)


def _unknown(slug: str, ones: Sequence[Judged], book: Book) -> Finding:
    (table, key), found = asked(ones[0]), ones[0].found
    rules = () if table == PARTNER else book.by_key(table, key)
    hiring = any(rule.manager is None and is_to_be_hired(rule.result) for rule in rules)
    count = sum(one.count for one in ones)
    return Finding(
        slug=slug,
        kind=Kind.HIRING if hiring else Kind.KEYS,
        tone=AMBER if hiring or not key else RED,
        area=key or _("No key"),
        code=bool(key) and table != PARTNER,
        table="" if table == PARTNER else table_name(table),
        words=_words(table, key, found, known=bool(rules)),
        near=found.near_misses,
        count=count,
        unit="opportunity",
        opportunities=[pk for one in ones for pk in one.ids],
        fixes=fixes.keys(slug, table, key, near=found.near_misses, known=rules[0].id if rules else ""),
        rule=rules[0].id if hiring else "",
        listed=slug,
        weight=-count,
    )


def _words(table: str, key: str, found: Found, *, known: bool) -> str:
    if table == PARTNER:
        return _("Its manager is found by partner only, and no table names it")
    if not key:
        return _("The field is empty on these opportunities")
    if known:
        return " ".join(dict.fromkeys(found.remarks)) or found.because[-1].result
    return _("No row of the table has this value")
