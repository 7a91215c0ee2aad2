"""Open opportunities that the mapping has no manager for, grouped by the key or the partner it does not know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from integrations.salesforce import links
from partners.models import Account, Opportunity
from routing import owners
from routing.audit import fixes
from routing.audit.finding import AMBER, RED, Example, Finding, Kind
from routing.audit.grouped import first_few
from routing.audit.said import table_name
from routing.book import Book
from routing.facts import Deal
from routing.found import ASSIGNED, Found
from routing.models import KeyRule, PartnerRule

SHOWN: Final = 4
SEGMENT: Final = KeyRule.Table.SEGMENT.value
TERRITORY: Final = KeyRule.Table.TERRITORY.value
KEYS: Final = (SEGMENT, TERRITORY)
PARTNER: Final = "partner"
TABLES: Final = (PartnerRule.Table.GSI.value, PartnerRule.Table.US_PUBSEC.value, PartnerRule.Table.ALLIANCE.value)


@dataclass(frozen=True, kw_only=True)
class Keys:
    """Opportunities with the same keys; `account` where the partner itself may decide."""

    segment: str
    territory: str
    public_sector: bool | None
    account: Account | None
    count: int
    ids: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Judged:
    keys: Keys
    found: Found


def open_ones() -> QuerySet[Opportunity]:
    """Of partners, and not over: “Closed Won”, “8-Closed Lost”, “9-Unqualified”, “10-Duplicate” are."""
    over = Q(stage__icontains="closed") | Q(stage__icontains="unqualified") | Q(stage__icontains="duplicate")
    return Opportunity.objects.filter(deleted=None, account__deleted=None, account__isnull=False).exclude(over)


def judge(book: Book) -> list[Judged]:
    """Those the rules give no single manager; without a mapping none, for that is one finding of its own."""
    if not any(book.keys.values()):
        return []
    found = [Judged(keys=keys, found=owners.opportunity_owner(_deal(keys), on=book.on)) for keys in _grouped(book)]
    return [one for one in found if one.found.outcome != ASSIGNED]


def find(judged: Iterable[Judged], book: Book) -> Iterator[Finding]:
    lacking: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for one in judged:
        lacking[asked(one)].append(one)
    names = _names(one.keys for ones in lacking.values() for one in ones)
    for (table, key), ones in lacking.items():
        yield _unknown(table, key, ones, names, book)


def asked(one: Judged) -> tuple[str, str]:
    """The table that did not decide, and what it was asked for; a partner where no key was asked for."""
    keys, steps = one.keys, one.found.because
    if keys.account is not None and not any(step.rule in KEYS and step.key for step in steps):
        return PARTNER, keys.account.name
    looks_on = keys.segment.strip() and any(step.rule == TERRITORY for step in steps)
    return (TERRITORY, keys.territory) if looks_on else (SEGMENT, keys.segment)


def slug_of(one: Judged) -> str:
    table, key = asked(one)
    return f"keys-{table}-{one.keys.account.pk if one.keys.account and table == PARTNER else key}"


def _deal(keys: Keys) -> Deal:
    return Deal(segment=keys.segment, territory=keys.territory, public_sector=keys.public_sector, account=keys.account)


def _grouped(book: Book) -> Iterator[Keys]:
    """Partners that a table may name are asked for each by itself; all others only by their keys."""
    named = {pk for table in TABLES for pk in book.partners[table][0]}
    names = {rule.key.lower() for table in TABLES for rules in book.partners[table][1].values() for rule in rules}
    special = (
        Q(account__in=named)
        | Q(name_there__in=names)
        | Q(account__public_sector=True)
        | Q(account__partner_type__iregex="^(gsi|alliance)$")
    )
    rows = list(
        open_ones()
        .annotate(name_there=Lower("account__name"))
        .annotate(alone=Case(When(special, then=F("account_id"))))
        .order_by()
        .values("segment", "territory", "public_sector", "alone")
        .annotate(n=Count("pk"), pks=first_few())
    )
    accounts = Account.objects.in_bulk({row["alone"] for row in rows if row["alone"]})
    for row in rows:
        yield Keys(
            segment=row["segment"],
            territory=row["territory"],
            public_sector=row["public_sector"],
            account=accounts.get(row["alone"]),
            count=row["n"],
            ids=row["pks"],
        )


def _unknown(table: str, key: str, ones: Sequence[Judged], names: Mapping[int, Opportunity], book: Book) -> Finding:
    count = sum(one.keys.count for one in ones)
    found = ones[0].found
    known = table != PARTNER and bool(book.by_key(table, key))
    account = ones[0].keys.account if table == PARTNER else None
    slug = slug_of(ones[0])
    pks = [pk for one in ones for pk in one.keys.ids][:SHOWN]
    return Finding(
        slug=slug,
        kind=Kind.KEYS,
        tone=RED if key else AMBER,
        area=key or _("No key"),
        code=bool(key) and account is None,
        table=table_name(table),
        words=_words(table, key, found, known=known),
        near=found.near_misses,
        count=count,
        unit="opportunity",
        examples=[_example(names[pk]) for pk in pks if pk in names],
        fixes=fixes.keys(table, key, near=found.near_misses, known=known, account=account),
        listed=slug,
        weight=-count,
    )


def _words(table: str, key: str, found: Found, *, known: bool) -> str:
    if table == PARTNER:
        return found.because[-1].result if found.because else _("No table names the partner")
    if not key:
        return _("The field is empty on these opportunities")
    if known:
        return " ".join(found.remarks) or found.because[-1].result
    return _("No row of the table has this value")


def _names(keys: Iterable[Keys]) -> Mapping[int, Opportunity]:
    wanted = {pk for one in keys for pk in one.ids}
    return {one.pk: one for one in Opportunity.objects.filter(pk__in=wanted).only("name", "number", "salesforce_id")}


def _example(one: Opportunity) -> Example:
    url = links.record_url("Opportunity", one.salesforce_id)
    return Example(words=one.name, beside=one.number, url=url, outside=bool(url))
