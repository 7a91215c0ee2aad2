"""Partners by what somebody types: beginnings of words first, then names that are only like it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from partners import clues, matching
from partners.clues import Kind
from partners.models import Account

MOST = 20
ENOUGH = 5
SHORTEST = 3


def named(asked: str) -> Sequence[Account]:
    """At most twenty living accounts; without words the first by name."""
    living = Account.objects.filter(deleted=None, merged_into=None)
    rows = living.filter(Q(name__istartswith=asked) | Q(name__icontains=f" {asked}")) if asked else living
    found = list(rows.order_by("name")[:MOST])
    if len(found) >= ENOUGH or len(asked) < SHORTEST:
        return found
    like = matching.ranked(one for one in clues.of_name(asked) if one.kind in {Kind.NAME, Kind.OTHER_NAME})
    known = {one.pk for one in found}
    return [*found, *(one.account for one in like if one.account.pk not in known)]
