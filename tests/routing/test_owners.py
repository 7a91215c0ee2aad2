"""What an answer rests on: dates, overlaps, people who left or are away, partners' own facts, what is kept of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from partners.models import Account
from people.models import Absence, ChannelManager
from routing import book as books
from routing import deciding, places
from routing.found import Found
from routing.models import CountryGroup, Coverage, Decision, KeyAlias, PrecedenceStep
from routing.owners import Deal, Where, account_owner, opportunity_owner
from tests.conftest import Cast
from tests.routing.rows import LOOK, key_rule, partner_rule

pytestmark = pytest.mark.django_db
ON = date(2022, 11, 22)
NEW_YORK = Where(country="US", subdivision="NY")
GERMANY = Where(country="DE")


def who(name: str) -> ChannelManager:
    return ChannelManager.objects.get(name=name)


def asked(where: Where, on: date = ON) -> Found:
    books.forget()
    return account_owner(where, on=on)


def deal(on: date = ON, **values: Any) -> Found:
    books.forget()
    return opportunity_owner(Deal(**values), on=on)


def left(name: str, day: date | None) -> None:
    ChannelManager.objects.filter(name=name).update(active=False, left=day)


def test_the_day_asked_for_decides(roster: None) -> None:
    row = Coverage.objects.get(place="US-NY")
    Coverage.objects.filter(pk=row.pk).update(valid_to=date(2023, 1, 31))
    row.pk, row.manager, row.valid_from, row.fiscal_year = None, who("Lisa Cartagena"), date(2023, 2, 1), "FY24"
    row.save()
    before, after = asked(NEW_YORK, date(2023, 1, 31)), asked(NEW_YORK, date(2023, 2, 1))
    assert (str(before.manager), str(after.manager)) == ("Jay Bahar", "Lisa Cartagena")
    assert (before.fiscal_year, after.fiscal_year) == ("FY23", "FY24")
    assert (after.because[0].fiscal_year, after.because[0].effective) == ("FY24", date(2023, 2, 1))
    assert str(account_owner(NEW_YORK).manager) == "Lisa Cartagena", "without a day: today"
    assert asked(NEW_YORK, date(2022, 10, 31)).outcome == "unassigned", "before the roster began"


def test_two_rows_that_say_who_it_is_are_no_answer(roster: None) -> None:
    row = Coverage.objects.get(place="US-NY")
    row.pk, row.manager = None, who("Joe McAninch")
    row.save()
    found = asked(NEW_YORK)
    assert found.outcome == "ambiguous"
    assert [str(one.manager) for one in found.candidates] == ["Jay Bahar", "Joe McAninch"]
    assert found.because[-1].rule == "overlap"


def test_the_same_manager_twice_is_sure(roster: None) -> None:
    row = Coverage.objects.get(place="US-NY")
    row.pk = None
    row.save()
    assert str(asked(NEW_YORK).manager) == "Jay Bahar"


def test_somebody_who_left_is_never_the_answer(roster: None) -> None:
    left("Jay Bahar", date(2022, 11, 21))
    found = asked(NEW_YORK)
    assert (found.outcome, found.manager, found.candidates) == ("unassigned", None, ())
    assert found.because[0].result == "Jay Bahar (left)"
    assert "Jay Bahar left on 21 Nov 2022" in found.remarks[0]
    then = asked(NEW_YORK, date(2022, 11, 21))
    assert (str(then.manager), then.remarks) == ("Jay Bahar", ("Jay Bahar is not here any more today.",))


def test_who_is_not_active_and_has_no_last_day_is_gone_on_every_day(roster: None) -> None:
    left("Jay Bahar", None)
    assert asked(NEW_YORK).outcome == "unassigned"


def test_of_two_candidates_the_one_who_left_is_only_reported(roster: None) -> None:
    left("Ilaria Pazienza", date(2022, 11, 1))
    found = asked(GERMANY)
    assert (found.outcome, [str(one.manager) for one in found.candidates]) == ("ambiguous", ["Bastian van der Stel"])
    assert "Ilaria Pazienza left" in found.remarks[0]


def test_a_stand_in_is_an_addition(roster: None) -> None:
    Absence.objects.create(
        manager=who("Jay Bahar"),
        first_day=date(2022, 11, 20),
        last_day=date(2022, 11, 25),
        stand_in=who("Joe McAninch"),
    )
    found = asked(NEW_YORK)
    assert (str(found.manager), str(found.stand_in)) == ("Jay Bahar", "Joe McAninch")
    assert found.remarks == ("Jay Bahar is away until 25 Nov 2022; Joe McAninch stands in.",)
    assert asked(NEW_YORK, date(2022, 11, 26)).remarks == ()


def test_a_part_of_a_state_without_a_rule_leaves_the_whole_in_doubt(roster: None) -> None:
    Coverage.objects.filter(place="US-PA", part="western").update(valid_to=date(2022, 11, 10))
    found = asked(Where(country="US", subdivision="PA"))
    assert (found.outcome, [str(one.manager) for one in found.candidates]) == ("ambiguous", ["Jay Bahar"])
    assert asked(Where(country="US", subdivision="PA", postal_code="15213")).outcome == "unassigned"


def test_a_border_that_is_our_assumption_says_so(roster: None) -> None:
    found = asked(Where(country="US", subdivision="PA", postal_code="19103"))
    assert [(one.rule, one.key) for one in found.because] == [
        ("postal_code", "19103"),
        ("subdivision_part", "US-PA:eastern"),
    ]
    assert "The handbook does not say where the border runs" in found.because[0].source


def test_a_country_goes_before_its_group_and_its_group_before_all_others(roster: None) -> None:
    others = asked(Where(country="HK"))
    assert others.because[0].rule == "catch_all"
    CountryGroup.objects.create(key="greater-china", name="Greater China", codes=["CN", "HK", "TW"])
    rule = Coverage.objects.get(place="KR")
    rule.pk, rule.place, rule.manager = None, "group:greater-china", who("Sang Hoon Kim")
    rule.save()
    assert str(asked(Where(country="HK")).manager) == "Sang Hoon Kim"
    assert str(asked(Where(country="TW")).manager) == "Teo Wan Ping", "Taiwan is named itself"


@pytest.mark.parametrize("by", ["number", "id", "short id", "name", "other form"])
def test_what_is_not_given_comes_from_the_partners_account(roster: None, by: str) -> None:
    account = Account.objects.create(
        name="Harbour Works Inc.",
        salesforce_id="0018dQx00000099ABA",
        country="United States",
        subdivision="Pennsylvania",
        postal_code="15213",
        track="Open",
    )
    texts = {"number": str(account.pk), "id": account.salesforce_id, "short id": account.salesforce_id[:15]}
    partner = {**texts, "name": "harbour works inc.", "other form": "Harbour Works, Inc"}[by]
    found = asked(Where(partner=partner))
    assert str(found.manager) == "Maria Henry"
    assert dict(found.facts) == {
        "country": "United States",
        "subdivision": "Pennsylvania",
        "postal_code": "15213",
        "track": "Open",
        "partner": "Harbour Works Inc.",
    }
    assert str(asked(Where(partner=partner, country="Japan")).manager) == "Masa Ueda", "no state of another country"
    assert str(asked(Where(partner=partner, subdivision="NY")).manager) == "Jay Bahar", (
        "no postal code of another state"
    )


def test_a_merged_partner_is_the_one_it_lives_on_in(roster: None) -> None:
    survivor = Account.objects.create(name="Kite Ltd", country="JP", salesforce_id="0018dQx00000098ABA")
    merged = Account.objects.create(name="Kite KK", salesforce_id="0018dQx00000099ABA", merged_into=survivor)
    for partner in (str(merged.pk), merged.salesforce_id):
        assert dict(asked(Where(partner=partner)).facts)["partner"] == "Kite Ltd"


def test_a_partner_nobody_is_called_is_said(roster: None) -> None:
    found = asked(Where(partner="Nobody & Sons", country="JP"))
    assert str(found.manager) == "Masa Ueda"
    assert ("partner", "Nobody & Sons") in {(one.rule, one.key) for one in found.skipped}


def test_a_postal_code_too_short_decides_nothing(roster: None) -> None:
    assert asked(Where(country="US", subdivision="PA", postal_code="16")).outcome == "ambiguous"


def test_us_pubsec_goes_by_partner_even_where_the_deal_says_otherwise(roster: None) -> None:
    partner_rule("us_pubsec", "Harbor Public Sector LLC", "Jay Bahar")
    found = deal(partner="Harbor Public Sector LLC", public_sector=False)
    assert str(found.manager) == "Jay Bahar"
    assert "not marked as public sector" in found.remarks[0]


def test_a_rule_linked_to_an_account_is_not_anothers(roster: None) -> None:
    ours = Account.objects.create(name="Kite Ltd", country="JP")
    other = Account.objects.create(name="Kite Ltd", country="JP")
    partner_rule("named", "Kite Ltd", "Jay Bahar", account=ours)
    assert str(asked(Where(account=ours)).manager) == "Jay Bahar"
    assert str(asked(Where(account=other)).manager) == "Masa Ueda"


def test_an_answer_is_the_contract_to_the_letter(roster: None) -> None:
    key_rule("segment", "Large-AMER-East-Named", LOOK, row=12)
    key_rule("territory", "Large-AMER-East-Named-4", "Matthew Coughlan", row=90)
    said = deal(segment="Large-AMER-East-Named", territory="Large-AMER-East-Named-4").as_json()
    assert {name: said[name] for name in ("outcome", "manager", "candidates", "near_misses", "as_of")} == {
        "outcome": "assigned",
        "manager": {"name": "Matthew Coughlan", "team": "select"},
        "candidates": [],
        "near_misses": [],
        "as_of": "2022-11-22",
    }
    contract = [{name: one[name] for name in ("rule", "key", "result", "source")} for one in said["because"]]
    assert contract == [
        {
            "rule": "segment",
            "key": "Large-AMER-East-Named",
            "result": "Look at Territory",
            "source": "FY23 mapping, row 12",
        },
        {
            "rule": "territory",
            "key": "Large-AMER-East-Named-4",
            "result": "Matthew Coughlan",
            "source": "FY23 mapping, row 90",
        },
    ]
    assert said["because"][1]["rule_id"].startswith("keyrule:")
    assert asked(GERMANY).as_json()["candidates"][0]["manager"] == {"name": "Ilaria Pazienza", "team": "select"}
    assert asked(NEW_YORK).as_json()["manager"] == {"name": "Jay Bahar", "team": None}


def test_without_an_answer_the_tables_that_were_asked_are_named(roster: None) -> None:
    key_rule("segment", "Large-AMER-East-Named", LOOK)
    found = deal(partner="Nobody we know", segment="Large-AMER-West", territory="T-1")
    assert [one.rule for one in found.because] == ["gsi", "us_pubsec", "alliance", "segment"]
    assert {one.result for one in found.because} == {"no rule"}
    assert "segment Large-AMER-West: no rule" in found.sentence()


def test_one_key_with_two_managers_is_no_answer(roster: None) -> None:
    for result in ("Jay Bahar", "Joe McAninch"):
        key_rule("segment", "Large-AMER-East-Northeast", result)
    key_rule("segment", "Half", LOOK)
    key_rule("segment", "Half", "Jay Bahar")
    key_rule("territory", "T-1", "Joe McAninch")
    assert deal(segment="large-amer-east-northeast").outcome == "ambiguous"
    half = deal(segment="Half", territory="T-1")
    assert [str(one.manager) for one in half.candidates] == ["Jay Bahar", "Joe McAninch"]
    assert deal(segment="Half").outcome == "ambiguous", "one row says “Look at Territory”, and none is given"


def test_what_is_to_be_hired_is_reported(roster: None) -> None:
    key_rule("segment", "South", LOOK)
    key_rule("territory", "SOUTH_4TBH", "TBH")
    key_rule("territory", "SOUTH_5TBH", "Camille Dios")
    key_rule("territory", "SOUTH_3", "Camille Dios")
    open_post = deal(segment="South", territory="SOUTH_4TBH")
    assert (open_post.outcome, open_post.remarks) == (
        "unassigned",
        ("“SOUTH_4TBH” is to be hired: nobody has it yet.",),
    )
    named = deal(segment="South", territory="SOUTH_5TBH")
    assert str(named.manager) == "Camille Dios"
    assert "SOUTH_5TBH" in named.remarks[0]
    unknown = deal(segment="South", territory="SOUTH_3TBH")
    assert (unknown.near_misses[0], len(unknown.remarks)) == ("SOUTH_3", 1)


def test_a_name_nobody_in_the_directory_has_is_no_manager(roster: None) -> None:
    key_rule("segment", "North", "Somebody Else")
    found = deal(segment="North")
    assert (found.outcome, found.because[-1].result) == ("unassigned", "Somebody Else")
    assert "nobody in the directory" in found.remarks[0]


def test_dirt_means_a_key_once_a_lead_has_said_so(cast: Cast, roster: None) -> None:
    key_rule("segment", "USPUB-FED", "Jay Bahar")
    assert (deal(segment="USPUB_FED").outcome, deal(segment="USPUB_FED").near_misses) == ("unassigned", ("USPUB-FED",))
    KeyAlias.objects.create(table="segment", key="USPUB_FED", means="USPUB-FED", why="typed by hand", said_by=cast.lena)
    found = deal(segment=" uspub_fed ")
    assert (str(found.manager), [one.rule for one in found.because]) == ("Jay Bahar", ["alias", "segment"])
    assert found.because[0].source == "alias, said by Lena Brandt: typed by hand"


def test_the_order_of_the_tables_is_a_list(roster: None) -> None:
    for table, result in (("gsi", "Jay Bahar"), ("alliance", "Joe McAninch")):
        partner_rule(table, "Everywhere Partners", result)
    first = deal(partner="Everywhere Partners")
    assert str(first.manager) == "Jay Bahar"
    assert any("Joe McAninch" in one.result for one in first.skipped)
    PrecedenceStep.objects.filter(table="alliance").update(position=1)
    assert str(deal(partner="Everywhere Partners").manager) == "Joe McAninch"
    PrecedenceStep.objects.filter(table="gsi").delete()
    assert all(one.rule != "gsi" for one in deal(partner="Everywhere Partners").skipped)


def test_a_change_is_known_at_once(roster: None, django_capture_on_commit_callbacks: Any) -> None:
    assert str(account_owner(NEW_YORK, on=ON).manager) == "Jay Bahar"
    Coverage.objects.filter(place="US-NY").update(manager=who("Joe McAninch"))
    with django_capture_on_commit_callbacks(execute=True):
        books.forget()
    assert str(account_owner(NEW_YORK, on=ON).manager) == "Joe McAninch"


def test_another_process_hears_of_a_change(roster: None) -> None:
    """It has a memory of its own, and reads in Redis that the rules are others now."""
    account_owner(NEW_YORK, on=ON)
    kept = dict(books._kept.kept)
    Coverage.objects.filter(place="US-NY").update(manager=who("Joe McAninch"))
    books.tell()
    books._kept.kept.update(kept)
    assert str(account_owner(NEW_YORK, on=ON).manager) == "Joe McAninch"


def test_a_look_up_asks_no_database(roster: None, django_assert_num_queries: Any) -> None:
    key_rule("segment", "North", "Jay Bahar")
    deal(segment="North")
    with django_assert_num_queries(0):
        for where in (NEW_YORK, GERMANY, Where(country="Germny"), Where(country="US", subdivision="PA")):
            account_owner(where, on=ON)
        opportunity_owner(Deal(segment="North", territory="x"), on=ON)


def test_rules_that_have_not_changed_are_not_read_again(roster: None, django_assert_num_queries: Any) -> None:
    """After five seconds one statement tells; whoever changed a row, and told nobody, is heard then."""
    first = books.book(ON)
    books._kept.forget()
    with django_assert_num_queries(1):
        assert books.book(ON).places is first.places
    Coverage.objects.filter(place="US-NY").update(manager=who("Joe McAninch"))
    books._kept.forget()
    assert str(account_owner(NEW_YORK, on=ON).manager) == "Joe McAninch"
    Absence.objects.create(manager=who("Joe McAninch"), first_day=ON)
    books._kept.forget()
    assert account_owner(NEW_YORK, on=ON).remarks


def test_what_was_answered_is_kept_once(cast: Cast, roster: None) -> None:
    found = asked(NEW_YORK)
    question = {"country": "US", "subdivision": "NY", "postal_code": ""}
    first = deciding.keep(found, about="account", question=question, by=cast.nadia, account=cast.northwind)
    again = deciding.keep(found, about="account", question=question, by=cast.nadia, account=cast.northwind)
    others = deciding.keep(found, about="account", question=question, by=cast.lena)
    assert (again.pk, again.times, others.times) == (first.pk, 2, 1)
    kept = Decision.objects.get(pk=first.pk)
    assert kept.answer == found.as_json()
    assert (kept.question, str(kept.manager), kept.asked_by_name) == (
        {"country": "US", "subdivision": "NY"},
        "Jay Bahar",
        "Nadia Okafor",
    )


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Deutschland", "DE"),
        ("Côte d\N{RIGHT SINGLE QUOTATION MARK}Ivoire", "CI"),
        ("S. Korea", "KR"),
        ("España", "ES"),
        ("Россия", "RU"),
        ("gbr", "GB"),
    ],
)
def test_a_country_is_understood(written: str, code: str) -> None:
    found = places.country(written)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("written", ["", " ", "-", "Congos", "Kingdom", "x" * 5000, "US-ZZ"])
def test_what_no_country_is_called_is_none(written: str) -> None:
    assert places.country(written) is None
    assert isinstance(places.near_countries(written), list)


def test_no_page_waits_for_names_nobody_asked_for(client: Client) -> None:
    """54 states and 249 countries, Puerto Rico among both; Guam and its like are countries."""
    assert (len(places.states()), len(places.countries())) == (52, 249)
    assert places.states()["US-WY"] == "Wyoming"
    assert places.name_of("US-PA", "eastern") == "Pennsylvania, eastern part"
