"""What Service Attach pays: by how many services a partner has in a quarter, of the net ARR of the licences (CO22).

For information only: Channel Operations works it out after the quarter in which the licence deal closes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

CENT: Final = Decimal("0.01")
PAID_WITHIN: Final = 45  # days after the quarter


@dataclass(frozen=True, kw_only=True)
class Tier:
    """`percent` of the licences' net ARR, at most `cap` dollars for one opportunity, from `fewest` services on."""

    slug: str
    fewest: int
    most: int | None
    percent: Decimal
    cap: Decimal

    @property
    def label(self) -> str:
        """“2 to 4 services: 2.5 %”."""
        count = f"{self.fewest} to {self.most}" if self.most else f"{self.fewest}+"
        return f"{count} services: {self.rate}"

    @property
    def rate(self) -> str:
        return f"{self.percent.normalize():f} %"


TIERS: Final = (
    Tier(slug="first", fewest=2, most=4, percent=Decimal("2.5"), cap=Decimal(2500)),
    Tier(slug="second", fewest=5, most=9, percent=Decimal("5.0"), cap=Decimal(5000)),
    Tier(slug="third", fewest=10, most=None, percent=Decimal("7.5"), cap=Decimal(7500)),
)


@dataclass(frozen=True, kw_only=True)
class Rebate:
    """What one opportunity brings; `capped` where the tier's cap is less than its share."""

    services: int
    tier: Tier | None
    amount: Decimal
    capped: bool = False


def tier_of(services: int) -> Tier | None:
    """None for a single service, which brings nothing."""
    return next((tier for tier in reversed(TIERS) if services >= tier.fewest), None)


def rebate(net_arr: Decimal | None, *, services: int) -> Rebate:
    """Of one opportunity, when the partner has that many services in the quarter; nothing is owed back below zero."""
    tier = tier_of(services)
    if tier is None or net_arr is None or net_arr <= 0:
        return Rebate(services=services, tier=tier, amount=Decimal("0.00"))
    share = (net_arr * tier.percent / 100).quantize(CENT, ROUND_HALF_UP)
    return Rebate(services=services, tier=tier, amount=min(share, tier.cap), capped=share > tier.cap)


def total(net_arrs: Iterable[Decimal | None]) -> Decimal:
    """Of all opportunities of one partner in one quarter: each counts as one service."""
    amounts = list(net_arrs)
    return sum((rebate(one, services=len(amounts)).amount for one in amounts), Decimal("0.00"))


def dollars(amount: Decimal) -> str:
    """“$2,500” or “$1,234.50”."""
    return f"${amount:,.2f}".removesuffix(".00")
