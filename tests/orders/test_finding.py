"""Which opportunity is meant: what counts how much, and that nobody is picked below certainty."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from integrations.salesforce.shapes import OpportunityRef
from orders import finding
from orders.weighing import Candidate, Pool, Wanted, rank
from tests.conftest import Cast
from tests.orders.stray import HAVELLAND, NORTHWIND, astray

__all__ = ["astray"]
EBERAU, LUEBEN = "0068dQx00000002ABA", "0068dQx00000099ABA"
BASE = OpportunityRef(
    id=EBERAU, number="OPP-240102", name="Stadtwerke Eberau - Premium 40", account="", owner="", stage="5-Negotiating",
    close_date=None, amount=Decimal(11520), partner=NORTHWIND, owner_segment_geo_region_area="",
    stamped_account_sales_territory="", isr="", channel_manager="", public_sector=None,
    customer_name="Stadtwerke Eberau GmbH",
)  # fmt: skip
SAID = {
    "name": "Stadtwerke Eberau - Premium 40",
    "customer": "Stadtwerke Eberau",
    "amount": Decimal("11520.00"),
    "partner": NORTHWIND,
}


def judged(wanted: Wanted, *there: OpportunityRef, quotes: dict[str, str] | None = None) -> finding.Found:
    pool = Pool(found={one.id: one for one in there}, by_quote=quotes or {})
    return finding.judged(rank(wanted, pool))


@pytest.mark.parametrize(
    ("said", "certain"),
    [
        (("name", "customer"), True),
        (("customer", "amount", "partner"), True),
        (("name", "amount", "partner"), True),
        (("name", "partner"), False),
        (("customer", "partner"), False),
        (("amount", "partner"), False),
        (("partner",), False),
    ],
)
def test_one_thing_alone_is_never_enough(said: tuple[str, ...], certain: bool) -> None:
    found = judged(Wanted(**{name: SAID[name] for name in said}), BASE)  # type: ignore[arg-type]
    assert [one.opportunity.id for one in found.candidates] == [EBERAU]
    assert (found.certain is not None) is certain


@pytest.mark.parametrize(
    ("differs", "kind", "certain"),
    [
        ({}, "", True),
        ({"stage": "Closed Won", "won": True}, "purchase_order", False),
        ({"stage": "Closed Won", "won": True}, "order_status", True),
        ({"stage": "8-Closed Lost"}, "order_status", False),
        ({"partner": "0018dQx00000002ABA"}, "", False),
        ({"partner": "0018dQx00000002ABA", "distributor": NORTHWIND}, "", True),
        ({"partner": "0018dQx00000002ABA", "distributor": "0018dQx00000003ABA"}, "", False),
        ({"customer_name": "Fenland Water"}, "", False),
        ({"customer_name": "Stadtwerke Eberau AG"}, "", True),
        ({"amount": Decimal(9999)}, "", True),
    ],
)
def test_what_speaks_against_a_quote_number_leaves_it_to_a_person(
    differs: dict[str, Any], kind: str, certain: bool
) -> None:
    wanted = Wanted(kind=kind, quotes=("Q-1",), customer="Stadtwerke Eberau GmbH", partner=NORTHWIND)
    found = judged(wanted, replace(BASE, **differs), quotes={EBERAU: "Q-1"})
    assert (found.certain is not None) is certain
    assert found.candidates[0].reasons[0].words == "Quote Q-1 is of it."


def test_two_that_are_nearly_the_same_are_both_shown() -> None:
    other = replace(BASE, id=LUEBEN, number="OPP-2", name="Stadtwerke Eberau - Premium 40 add-on")
    found = judged(Wanted(**SAID), BASE, other)  # type: ignore[arg-type]
    assert [one.opportunity.id for one in found.candidates] == [EBERAU, LUEBEN]
    assert found.certain is None
    assert found.candidates[0].score - found.candidates[1].score < finding.APART


def test_two_quotes_of_two_opportunities_are_not_one() -> None:
    other = replace(BASE, id=LUEBEN, number="OPP-2")
    found = judged(Wanted(quotes=("Q-1", "Q-2")), BASE, other, quotes={EBERAU: "Q-1", LUEBEN: "Q-2"})
    assert found.certain is None
    assert {one.score for one in found.candidates} == {80}


def test_against_is_less_than_nothing_and_said() -> None:
    won = replace(BASE, stage="Closed Won", won=True, partner="0018dQx00000002ABA")
    (found,) = judged(Wanted(kind="quote_request", name=BASE.name, customer="Stadtwerke Eberau",
                             partner=NORTHWIND), won).candidates  # fmt: skip
    assert isinstance(found, Candidate)
    assert found.is_contradicted
    assert {one["words"] for one in found.as_json()["reasons"] if one["points"] < 0} == {
        "It is a deal of another partner.", "It is won already: Closed Won.",
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("OPP-240101", "OPP-240101"),
        ("0068dQx00000001", "OPP-240101"),
        (f"https://gitlab.example.com/lightning/r/Opportunity/{HAVELLAND}/view", "OPP-240101"),
        ("OPP-999999", ""),
        ("Havelland", ""),
    ],
)
def test_a_person_names_it_by_number_id_or_link(astray: Cast, asked: str, number: str) -> None:
    found = finding.named(asked)
    assert (found.number if found else "") == number
