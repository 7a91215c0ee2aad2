"""How long the audit of the rules takes over a whole organisation: 50,000 partners and 20,000 open opportunities."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from itertools import cycle
from typing import Any, Final, NamedTuple

from django.utils import timezone

from partners.models import Account, Opportunity
from people.models import ChannelManager
from routing import audit, book
from routing.audit import Kind, members
from routing.models import KeyRule

PARTNERS, DEALS, KEYS, ODD = 50_000, 20_000, 600, 60
PREFIX: Final = "Audited partner "
STATES: Final = ("New York", "CA", "Texas", "WY", "PA", "Florida", "Ohio", "Washington")
COUNTRIES: Final = ("US", "Germany", "FR", "GB", "Japan", "Canada", "ES", "Nigeria", "IN", "Brazil")
PIECE: Final = 5_000


class Found(NamedTuple):
    """Milliseconds: all findings, the coverage table, every partner behind the largest finding."""

    findings: float
    coverage: float
    members: float
    listed: int


def measured() -> Found:
    today = timezone.localdate()
    _forget()
    try:
        _fill(today)
        book.forget()
        audit.read(today)
        whole, findings = _clocked(lambda: audit.read(today))
        _rows, coverage = _clocked(lambda: audit.coverage(today))
        largest = max((one for one in whole.findings if one.kind == Kind.OWNER), key=lambda one: one.count)
        listed, taken = _clocked(lambda: sum(1 for _one in members.partners_of(whole, largest.slug)))
        return Found(findings=findings, coverage=coverage, members=taken, listed=listed)
    finally:
        _forget()


def _fill(today: date) -> None:
    """Owners as the rules say mostly are, places as people write them, one key in ten that no rule knows."""
    managers = list(ChannelManager.objects.order_by("pk"))
    states, owners = cycle(STATES), cycle(managers)
    rows = []
    for number in range(PARTNERS):
        country = COUNTRIES[number % len(COUNTRIES)]
        manager = next(owners) if number % 10 == 0 else managers[number % len(COUNTRIES) % len(managers)]
        rows.append(
            Account(
                name=f"{PREFIX}{number}",
                salesforce_id=f"001B{number:011d}AAA",
                country=country,
                subdivision=next(states) if country == "US" else "",
                postal_code=f"{10_000 + number % 9_000}",
                track="Select" if number % 4 == 0 else "Open",
                public_sector=number % 40 == 0,
                channel_manager=manager,
                owner_name=manager.name,
            )
        )
    Account.objects.bulk_create(rows, batch_size=PIECE)
    KeyRule.objects.bulk_create(
        KeyRule(
            table=KeyRule.Table.SEGMENT,
            key=f"{PREFIX}{number}",
            folded=f"{PREFIX}{number}".lower(),
            result=managers[0].name,
            manager=managers[0],
            valid_from=today,
        )
        for number in range(KEYS)
    )
    Opportunity.objects.bulk_create(
        (
            Opportunity(
                salesforce_id=f"006B{number:011d}AAA",
                name=f"{PREFIX}{number}",
                account=rows[number % PARTNERS],
                segment=f"{PREFIX}{number % (KEYS + ODD)}",
                stage="4-Proposal",
            )
            for number in range(DEALS)
        ),
        batch_size=PIECE,
    )


def _forget() -> None:
    """In statements that walk no relation: the rows are ours alone."""
    for model, where in (
        (Opportunity, {"name__startswith": PREFIX}),
        (KeyRule, {"key__startswith": PREFIX}),
        (Account, {"name__startswith": PREFIX}),
    ):
        rows: Any = model._default_manager.filter(**where)  # noqa: SLF001 - Django's documented door
        rows._raw_delete(rows.db)  # noqa: SLF001 - Django's own quick way


def _clocked(act: Callable[[], Any]) -> tuple[Any, float]:
    """With the rules read anew."""
    book.forget()
    began = time.perf_counter()
    found = act()
    return found, (time.perf_counter() - began) * 1000
