"""Partners by what somebody types: beginnings of words first, then names that are only like it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from partners import clues, matching
from partners.clues import Kind
from partners.models import Account

MOST = 20
ENOUGH = 5
SHORTEST = 3


def by_number(pk: int) -> Account | None:
    return _living().filter(pk=pk).first()


def meant(name: str) -> Account | None:
    """The one partner who is called so, whatever its capitals; else the only one the words can mean."""
    exact = list(_living().filter(name__lower=name[:255].lower())[:2]) if name else []
    if exact:
        return exact[0] if len(exact) == 1 else None
    return matching.match(company=name).sure


def named(asked: str) -> Sequence[Account]:
    """At most twenty living accounts; without words the first by name."""
    living = _living()
    rows = living.filter(Q(name__istartswith=asked) | Q(name__icontains=f" {asked}")) if asked else living
    found = list(rows.order_by("name")[:MOST])
    if len(found) >= ENOUGH or len(asked) < SHORTEST:
        return found
    like = matching.ranked(one for one in clues.of_name(asked) if one.kind in {Kind.NAME, Kind.OTHER_NAME})
    known = {one.pk for one in found}
    return [*found, *(one.account for one in like if one.account.pk not in known)]


def _living() -> QuerySet[Account]:
    return Account.objects.filter(deleted=None, merged_into=None)
