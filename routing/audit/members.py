"""Every partner or opportunity behind a finding, for files and for changes that are prepared from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

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
    for account in _ordered(grouped.living()):
        judged = alone.get(account.pk)
        if judged is None and account.pk not in elsewhere:
            judged = groups.get(grouped.identity_of(account, audit.book))
        if judged is not None:
            yield Member(account=account, found=judged.found)


def opportunities_of(audit: Audit, slug: str) -> Iterator[Opportunity]:
    """Those that close next stand first."""
    wanted = {_identity(one.keys) for one in audit.deals if deals.slug_of(one) == slug}
    everybody = {one.keys.account.pk for one in audit.deals if one.keys.account is not None}
    rows = deals.open_ones().select_related("account").order_by("close_date", "pk")
    for row in rows.iterator(chunk_size=PIECE):
        alone = row.account_id if row.account_id in everybody else None
        if (row.segment, row.territory, row.public_sector, alone) in wanted:
            yield row


def _identity(keys: deals.Keys) -> tuple[str, str, bool | None, int | None]:
    return keys.segment, keys.territory, keys.public_sector, keys.account.pk if keys.account else None


def _ordered(rows: QuerySet[Account]) -> Iterator[Account]:
    return rows.select_related("channel_manager").order_by("name", "pk").iterator(chunk_size=PIECE)
