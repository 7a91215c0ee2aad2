"""Every partner or opportunity behind a finding, for files and for changes that are prepared from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from partners.models import Account, Opportunity
from routing.audit import accounts, deals, grouped
from routing.audit.reading import Audit
from routing.found import Found

PIECE = 2_000
TERRITORIES = "territories"


@dataclass(frozen=True, kw_only=True)
class Member:
    account: Account
    found: Found | None  # what the rules say; None where it was not asked


def partners_of(audit: Audit, slug: str) -> Iterator[Member]:
    """By name; each as its group was judged."""
    if slug == TERRITORIES:
        rows = _ordered(grouped.living().filter(contracted_territories=[]))
        yield from (Member(account=account, found=None) for account in rows)
        return
    wanted = [one for one in audit.accounts if slug in accounts.slugs_of(one)]
    alone = {one.group.account.pk: one for one in wanted if one.group.account is not None}
    groups = {grouped.identity(one.group): one for one in wanted if one.group.account is None}
    elsewhere = {one.group.account.pk for one in audit.accounts if one.group.account is not None} - set(alone)
    for account in _ordered(grouped.living().filter(_superset(wanted))):
        judged = alone.get(account.pk)
        if judged is None and account.pk not in elsewhere:
            judged = groups.get(grouped.identity_of(account, audit.book))
        if judged is not None:
            yield Member(account=account, found=judged.found)


def _superset(wanted: list[accounts.Judged]) -> Q:
    """Holds all of them and few others, so that not every partner is read."""
    groups = [one.group for one in wanted]
    pks = Q(pk__in=[one.account.pk for one in groups if one.account is not None])
    managers = Q(channel_manager__in={one.manager for one in groups if one.manager is not None})
    if any(one.manager is None for one in groups):
        managers |= Q(channel_manager=None)
    return pks | Q(managers, country__in={one.country for one in groups})


def opportunities_of(audit: Audit, slug: str) -> Iterator[Opportunity]:
    """Those that close next stand first."""
    wanted = [one for one in audit.deals if deals.slug_of(one) == slug]
    where = Q(pk=None)
    for one in wanted:
        keys = Q(segment=one.segment, territory=one.territory) if one.account is None else Q(account=one.account)
        where |= keys
    rows = deals.open_ones().filter(where).exclude(account__in=deals.beside(audit.book, wanted))
    yield from rows.select_related("account").order_by("close_date", "pk").iterator(chunk_size=PIECE)


def _ordered(rows: QuerySet[Account]) -> Iterator[Account]:
    return rows.select_related("channel_manager").order_by("name", "pk").iterator(chunk_size=PIECE)
