"""The roster and its rules in the product: who reads, who changes, and what the pages say afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from journal.models import Event
from people.models import ChannelManager
from routing import history
from routing.keys import fiscal_year
from routing.models import CountryGroup, Coverage, KeyRule, PartnerRule, PrecedenceStep, SubdivisionPart
from tests.conftest import Cast
from tests.routing.test_directory_people import client_of, page

TODAY = timezone.localdate().isoformat()
LATER = "2099-02-01"


def manager(name: str) -> ChannelManager:
    return ChannelManager.objects.get(name=name)


def rule(row: Any, act: str = "") -> str:
    return f"/routing/rules/{row._meta.model_name}/{row.pk}/{act}"


def test_wyoming_is_given_to_somebody(cast: Cast, roster: None) -> None:
    lena = client_of(cast.lena)
    asked = lena.get("/routing/roster/?q=wyoming").content.decode()
    assert "No row names Wyoming." in asked
    assert "/routing/roster/new/?place=US-WY" in asked
    assert 'value="US-WY" selected' in lena.get("/routing/roster/new/?place=US-WY").content.decode()
    asked = lena.get("/routing/roster/new/?place=CA-ON&track=open").content.decode()
    assert 'value="CA-ON" selected' in asked
    assert 'value="emea-open|open|0" selected' in asked
    form = {
        "place": "US-WY", "listed": "amer||0", "manager": str(manager("Lisa Cartagena").pk), "valid_from": TODAY,
        "why": "The page forgot it",
    }  # fmt: skip
    assert lena.post("/routing/roster/new/", {**form, "why": ""}).status_code == 422
    answer = lena.post("/routing/roster/new/", form)
    row = Coverage.objects.get(place="US-WY")
    assert answer["Location"] == rule(row)
    assert (row.section, row.area, row.track, row.public_sector) == ("amer", "Wyoming", "", False)
    shown = page(cast.nadia, "/routing/roster/")
    assert "UT, WA, WI, WY" in shown
    assert "All are named." in shown
    twice = lena.post("/routing/roster/new/", form)
    assert (twice.status_code, "A rule says it already: Lisa Cartagena" in twice.content.decode()) == (422, True)


def test_a_place_changes_hands_and_the_line_follows(cast: Cast, roster: None) -> None:
    row = Coverage.objects.get(place="US-NY")
    lena = client_of(cast.lena)
    form = {"manager": str(manager("Maria Henry").pk), "valid_from": TODAY, "why": "Jay moves", "seen": "0"}
    new = lena.post(rule(row, "change/"), form)["Location"]
    shown = page(cast.sofia, new)
    assert [part in shown for part in ("New York", "Maria Henry", "Jay Bahar", "“Jay moves”")] == [True] * 4
    lists = page(cast.sofia, "/routing/roster/")
    assert "CT, MA, ME, NH, NJ, Eastern PA, RI, VT" in lists
    assert "Western PA, PR, SC, TN, VA, Washington DC, WV, NY" in lists
    late = lena.post(rule(row, "change/"), form)
    assert (late.status_code, "Somebody changed this" in late.content.decode()) == (422, True)


def test_a_line_of_two_places_is_named_by_what_is_left(cast: Cast, roster: None) -> None:
    history.change_coverage(
        Coverage.objects.get(place="TW"),
        manager=manager("Masa Ueda"),
        valid_from=timezone.localdate(),
        by=cast.lena,
        why="x",
    )
    shown = page(cast.nadia, "/routing/roster/?q=apac")
    assert "Taiwan and ASEAN" not in shown
    assert "<b>ASEAN</b>" in shown
    assert "<b>Taiwan</b>" in shown


def test_what_is_set_for_later_is_shown_and_taken_back(cast: Cast, roster: None) -> None:
    row = Coverage.objects.get(place="JP")
    lena = client_of(cast.lena)
    form = {"manager": str(manager("Teo Wan Ping").pk), "valid_from": LATER, "why": "Next year", "seen": "0"}
    new = lena.post(rule(row, "change/"), form)["Location"]
    assert "from 1 Feb 2099" in page(cast.nadia, "/routing/roster/")
    assert "Take back" in page(cast.lena, new)
    assert "Take back" not in page(cast.nadia, new)
    assert lena.post(f"{new}take-back/")["Location"] == rule(row)
    row.refresh_from_db()
    assert row.valid_to is None
    assert "took back what was set for later" in page(cast.nadia, rule(row))


def test_a_rule_ends_and_stays_readable(cast: Cast, roster: None) -> None:
    row = Coverage.objects.get(place="KR")
    lena = client_of(cast.lena)
    assert lena.post(rule(row, "end/"), {"on": "2022-11-01", "why": "Never", "seen": "0"}).status_code == 422
    lena.post(rule(row, "end/"), {"on": TODAY, "why": "Nobody, for now", "seen": "0"})
    assert "No row names South Korea." in page(cast.nadia, "/routing/roster/?q=korea")
    assert "Nobody, for now" in page(cast.nadia, rule(row))


def test_a_partner_gets_a_manager_of_its_own(cast: Cast) -> None:
    lena = client_of(cast.lena)
    form = {
        "partner": "northwind devops gmbh", "table": "named", "manager": str(cast.manager.pk), "valid_from": TODAY,
        "why": "Agreed",
    }  # fmt: skip
    unknown = lena.post("/routing/partner-rules/new/", {**form, "partner": "Northwnd"}).content.decode()
    assert "No partner has that name." in unknown
    lena.post("/routing/partner-rules/new/", form)
    row = PartnerRule.objects.get()
    assert (row.partner_name, row.account, row.result) == ("Northwind DevOps GmbH", cast.northwind, "Sofia Marchetti")
    lena.post("/routing/partner-rules/new/", {**form, "partner": "Ironbridge  Federal", "table": "us_pubsec"})
    assert PartnerRule.objects.get(table="us_pubsec").folded == "ironbridge federal"
    shown = page(cast.sofia, "/routing/partner-rules/")
    assert shown.index("Northwind DevOps GmbH") < shown.index("Ironbridge Federal")
    assert "not in Salesforce" in shown
    assert "Ironbridge" not in page(cast.sofia, "/routing/partner-rules/?q=northwind")
    assert "2 named partners" in page(cast.sofia, "/settings/channel-managers/")


def test_a_key_of_the_mapping_has_the_same_page(cast: Cast) -> None:
    row = KeyRule(
        table="segment", key="Large-AMER-East-Named", result="Look at Territory", valid_from=timezone.localdate()
    )
    history.add(row, by=cast.lena, why="By hand")
    assert "Look at Territory" in page(cast.nadia, rule(row))
    form = {"manager": str(cast.manager.pk), "valid_from": LATER, "why": "Named", "seen": str(history.version_of(row))}
    client_of(cast.lena).post(rule(row, "change/"), {**form, "says": "manager"})
    assert KeyRule.objects.get(valid_from=LATER).result == "Sofia Marchetti"


def test_a_lead_adds_a_key_and_changes_what_it_says(cast: Cast) -> None:
    lena = client_of(cast.lena)
    assert "/routing/key-rules/new/?table=territory" in page(cast.lena, "/routing/mapping/?table=territory")
    assert "/routing/key-rules/new/" not in page(cast.nadia, "/routing/mapping/")
    asked = lena.get("/routing/key-rules/new/?table=segment&key=Large-EMEA-DACH").content.decode()
    assert 'value="Large-EMEA-DACH"' in asked
    form = {
        "table": "segment", "key": "Large-EMEA-DACH", "says": "Look at Territory", "manager": "", "valid_from": TODAY,
        "why": "The workbook forgot it",
    }  # fmt: skip
    for wrong, words in (
        ({"says": "manager"}, "Choose a channel manager."),
        ({"table": "territory"}, "Only a segment may say"),
        ({"says": "Anything"}, "Choose one of these"),
        ({"why": ""}, "Say why"),
    ):
        answer = lena.post("/routing/key-rules/new/", {**form, **wrong})
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    answer = lena.post("/routing/key-rules/new/", form)
    row = KeyRule.objects.get()
    assert answer["Location"] == rule(row)
    assert (row.result, row.manager, row.fiscal_year) == ("Look at Territory", None, fiscal_year(row.valid_from))
    listed = page(cast.nadia, "/routing/mapping/")
    assert rule(row) in listed
    assert rule(row, "change/") not in page(cast.nadia, rule(row))
    twice = lena.post("/routing/key-rules/new/", {**form, "key": "large-emea-dach "}).content.decode()
    assert "A rule says it already: Look at Territory" in twice
    said = {"says": "manager", "manager": str(cast.manager.pk), "valid_from": LATER, "why": "Named", "seen": "0"}
    opened = lena.get(rule(row, "change/")).content.decode()
    assert '<option value="Look at Territory" selected>' in opened
    seen = str(history.version_of(row))
    lena.post(rule(row, "change/"), {**said, "seen": seen, "says": "TBH"})
    new = KeyRule.objects.get(valid_from=LATER)
    assert (new.result, new.manager) == ("TBH", None)
    lena.post(rule(new, "change/"), {**said, "seen": str(history.version_of(new))})
    new.refresh_from_db()
    assert (new.result, new.manager) == (cast.manager.name, cast.manager)
    lena.post(rule(new, "end/"), {"on": "2099-03-01", "why": "Over", "seen": str(history.version_of(new))})
    new.refresh_from_db()
    assert str(new.valid_to) == "2099-02-28"


def test_a_group_is_spelled_out_by_names_and_codes(cast: Cast, roster: None) -> None:
    group = CountryGroup.objects.get(key="northern-europe")
    lena = client_of(cast.lena)
    form = {
        "name": "Northern Europe", "geo": "EMEA", "codes": "Estonia\nlv, Lithuania\nFaroe Islands", "settled": "on",
        "why": "Asked the directors", "seen": "0",
    }  # fmt: skip
    wrong = lena.post(f"/routing/areas/groups/{group.pk}/", {**form, "codes": "Atlantis"})
    assert (wrong.status_code, "No country is called so: Atlantis." in wrong.content.decode()) == (422, True)
    lena.post(f"/routing/areas/groups/{group.pk}/", form)
    group.refresh_from_db()
    assert (group.codes, group.settled, group.key) == (["EE", "FO", "LT", "LV"], True, "northern-europe")
    assert Event.objects.get(subject_type="routing.countrygroup").why == "Asked the directors"
    assert "Faroe Islands" in page(cast.nadia, "/routing/areas/")


def test_the_border_of_pennsylvania_is_ours_and_moves(cast: Cast, roster: None) -> None:
    part = SubdivisionPart.objects.get(place="US-PA", slug="western")
    assert page(cast.nadia, "/routing/areas/").count("Our assumption") == 2
    lena = client_of(cast.lena)
    form = {"name": part.name, "postal": "150 - 169", "assumption": "on", "why": "x", "seen": "0"}
    taken = lena.post(f"/routing/areas/parts/{part.pk}/", form)
    assert (taken.status_code, "Eastern PA has some of these codes" in taken.content.decode()) == (422, True)
    assert lena.post(f"/routing/areas/parts/{part.pk}/", {**form, "postal": "168 - 150"}).status_code == 422
    lena.post(f"/routing/areas/parts/{part.pk}/", {**form, "postal": "150 - 166\n168"})
    part.refresh_from_db()
    assert part.postal == [["150", "166"], ["168", "168"]]


def test_the_order_of_the_tables_is_moved(cast: Cast, roster: None) -> None:
    alliance = PrecedenceStep.objects.get(table="alliance")
    client_of(cast.lena).post(f"/routing/areas/precedence/{alliance.pk}/", {"to": "up"})
    assert list(PrecedenceStep.objects.values_list("table", flat=True)) == ["gsi", "alliance", "us_pubsec"]
    client_of(cast.lena).post(f"/routing/areas/precedence/{alliance.pk}/", {"to": "up"})
    client_of(cast.lena).post(f"/routing/areas/precedence/{alliance.pk}/", {"to": "up"})
    assert PrecedenceStep.objects.first() == alliance
    assert Event.objects.filter(verb="precedence changed").count() == 2


@pytest.mark.parametrize("kind", ["gate", "sequence"])
def test_there_is_no_other_kind_of_rule(cast: Cast, kind: str) -> None:
    assert client_of(cast.nadia).get(f"/routing/rules/{kind}/1/").status_code == 404


def test_pages_ask_the_same_number_of_times_however_much_they_show(
    cast: Cast, roster: None, django_assert_max_num_queries: Any
) -> None:
    client = client_of(cast.lena)
    for number in range(30):
        PartnerRule.objects.create(
            table="gsi", partner_name=f"Partner {number}", folded=f"partner {number}", manager=cast.manager,
            account=cast.northwind, valid_from=timezone.localdate(),
        )  # fmt: skip
    for address in (
        "/routing/roster/",
        "/routing/partner-rules/",
        "/routing/areas/",
        rule(PartnerRule.objects.first()),
    ):
        client.get(address)
        with django_assert_max_num_queries(16):
            assert client.get(address).status_code == 200
