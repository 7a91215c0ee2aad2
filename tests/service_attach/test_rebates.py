"""Rebates by the handbook's own numbers, and the edges between its tiers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from service_attach import rebates


@pytest.mark.parametrize(
    ("services", "net_arr", "amount", "capped"),
    [
        (0, 80_000, "0", False),
        (1, 80_000, "0", False),
        (2, 80_000, "2000", False),
        (3, 80_000, "2000", False),
        (3, 140_000, "2500", True),
        (4, 100_000, "2500", False),  # exactly the cap
        (4, 100_001, "2500", True),
        (5, 90_000, "4500", False),
        (9, 140_000, "5000", True),
        (10, 90_000, "6750", False),
        (40, 140_000, "7500", True),
        (3, "33333.33", "833.33", False),
        (3, 0, "0", False),
        (3, -5, "0", False),
        (3, None, "0", False),
    ],
)
def test_a_rebate(services: int, net_arr: int | str | None, amount: str, capped: bool) -> None:
    made = rebates.rebate(None if net_arr is None else Decimal(net_arr), services=services)
    assert (made.amount, made.capped) == (Decimal(amount), capped)


def test_every_opportunity_is_capped_by_itself() -> None:
    assert rebates.total([Decimal(80_000), Decimal(140_000), None]) == Decimal(4500)
    assert rebates.total([Decimal(80_000)]) == 0


def test_how_tiers_are_called() -> None:
    labels = [tier.label for tier in rebates.TIERS]
    assert labels == ["2 to 4 services: 2.5 %", "5 to 9 services: 5 %", "10+ services: 7.5 %"]
    assert (rebates.dollars(Decimal(2500)), rebates.dollars(Decimal("1234.5"))) == ("$2,500", "$1,234.50")
