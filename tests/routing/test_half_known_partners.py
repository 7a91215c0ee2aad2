"""Deals whose partner we know half: by an id nobody has here, by a record that was merged, by what Salesforce says."""

from __future__ import annotations

from datetime import date

import pytest

from partners.models import Account, Opportunity
from routing import book as books
from routing import waiting
from routing.facts import opportunity_id
from routing.owners import Deal, Where, account_owner, opportunity_owner
from tests.routing.rows import key_rule, partner_rule
from tests.routing.test_hard_questions import JAY, JOE, LISA, who

pytestmark = pytest.mark.django_db
ON = date(2022, 11, 22)


def test_an_account_that_was_merged_is_the_one_it_lives_on_in(roster: None) -> None:
    key_rule("segment", "East", JAY)
    survivor = Account.objects.create(name="Colossus", country="US", subdivision="TX", partner_type="GSI")
    merged = Account.objects.create(name="Colossus Old", country="US", subdivision="NY", merged_into=survivor)
    partner_rule("gsi", "Colossus", LISA, account=survivor)
    Opportunity.objects.create(salesforce_id="0064M00000XyZabQAF", name="Harbour", segment="East", account=merged)
    books.forget()
    assert who(opportunity_owner(Deal(opportunity="0064M00000XyZab"), on=ON)) == LISA
    assert who(opportunity_owner(Deal(account=merged, segment="East"), on=ON)) == LISA
    assert who(account_owner(Where(account=merged), on=ON)) == JOE


@pytest.mark.parametrize("partner", ["0014M00000Colos", "4711"])
def test_behind_an_id_nobody_knows_may_be_a_gsi(roster: None, partner: str) -> None:
    key_rule("segment", "East", JAY)
    books.forget()
    found = opportunity_owner(Deal(partner=partner, segment="East"), on=ON)
    assert (found.outcome, who(found), found.because[-1].rule) == ("ambiguous", JAY, "partner")
    named = opportunity_owner(Deal(partner="Nobody at all", segment="East"), on=ON)
    assert (who(named), named.skipped[-1].rule) == (JAY, "partner")


@pytest.mark.parametrize(
    ("there", "outcome"),
    [
        ({}, "ambiguous"),  # nothing but its id
        ({"partner_name": "Colossus", "partner_type": "Channel"}, "assigned"),
        ({"partner_name": "Colossus", "partner_type": "GSI"}, "unassigned"),
        ({"partner_name": "Colossus", "partner_country": "US", "partner_public_sector": "yes"}, "unassigned"),
        ({"partner_name": "Meridian GSI Consulting", "partner_type": "GSI"}, LISA),
    ],
)
def test_salesforce_names_a_partner_we_do_not_have(roster: None, there: dict[str, str], outcome: str) -> None:
    key_rule("segment", "East", JAY)
    partner_rule("gsi", "Meridian GSI Consulting", LISA)
    books.forget()
    answer = {"id": "0064M00000XyZabQAF", "partner": "0014M00000Colos", "segment": "East", **there}
    found = opportunity_owner(waiting.completed(Deal(opportunity="0064M00000XyZab"), answer), on=ON)
    assert outcome in {found.outcome, who(found)}


@pytest.mark.parametrize(
    "written",
    [
        "https://desk.example/?id=0064M00000XyZabQAF&mode=view",
        "<https://desk.example/0064M00000XyZab>",
        "https://desk.example/one/one.app#/sObject/0064M00000XyZabQAF/view",
        "“0064M00000XyZab”.",
    ],
)
def test_an_opportunity_is_found_in_any_link(written: str) -> None:
    assert opportunity_id(written) == "0064M00000XyZabQAF"
