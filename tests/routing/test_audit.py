"""The audit: what the handbook leaves open, what a mapping gets wrong, and where Salesforce says something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from datetime import date
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import Account, Opportunity
from people import loading as people_loading
from people.models import ChannelManager
from routing import audit, book, loading
from routing.audit import Finding, Kind, members
from routing.keys import folded
from routing.models import (
    CountryGroup,
    Coverage,
    KeyAlias,
    KeyRule,
    MappingImport,
    PartnerRule,
    PrecedenceStep,
    SubdivisionPart,
)

ON = date(2022, 11, 22)
MakeManager = Callable[..., ChannelManager]
MODELS: tuple[type[Model], ...] = (ChannelManager, CountryGroup, SubdivisionPart, PrecedenceStep, Coverage)
_handbook: dict[type[Model], list[Model]] = {}
_ids = count(1)


@pytest.fixture
def handbook(db: Any) -> None:
    """The published roster, its managers and groups: read from the files once, written as they were from then on."""
    if not _handbook:
        people_loading.load()
        loading.load()
        _handbook.update({model: list(model._default_manager.all()) for model in MODELS})
        _handbook[ChannelManager] = list(ChannelManager.objects.filter(user=None))  # not those of the cast
    else:
        for model, rows in _handbook.items():
            model._default_manager.bulk_create(copy(row) for row in rows)
    book.forget()


def of(kind: Kind, on: date = ON) -> list[Finding]:
    book.forget()
    return [one for one in audit.findings(on) if one.kind == kind]


def only(kind: Kind, on: date = ON) -> Finding:
    (found,) = of(kind, on)
    return found


def named(name: str) -> ChannelManager:
    return ChannelManager.objects.get(name=name)


def account(name: str, country: str = "", **values: Any) -> Account:
    number = next(_ids)
    known = {"salesforce_id": f"001{number:012d}AAA", "country": country, "track": "Open", "public_sector": False}
    return Account.objects.create(name=name, **{**known, "contracted_territories": ["X"], **values})


def owned(name: str, country: str, by: str, **values: Any) -> Account:
    manager = named(by)
    return account(name, country, channel_manager=manager, owner_id="005000000000001AAA", owner_name=by, **values)


def key_rule(key: str, result: str, *, table: str = "segment", **values: Any) -> KeyRule:
    manager = ChannelManager.objects.filter(name=result).first()
    return KeyRule.objects.create(
        table=table, key=key, folded=folded(key), result=result, manager=manager, valid_from=date(2022, 2, 1), **values
    )


def partner_rule(name: str, result: str, *, table: str = "named", of: Account | None = None) -> PartnerRule:
    return PartnerRule.objects.create(
        table=table,
        partner_name=name,
        folded=folded(name),
        account=of,
        result=result,
        manager=ChannelManager.objects.filter(name=result).first(),
        valid_from=date(2022, 2, 1),
    )


def deal(of: Account, segment: str = "", territory: str = "", **values: Any) -> Opportunity:
    known = {"name": f"Deal {next(_ids)}", "stage": "4-Proposal", "segment": segment, "territory": territory}
    return Opportunity.objects.create(account=of, salesforce_id=f"006{next(_ids):012d}AAA", **{**known, **values})


def areas(found: Sequence[Finding]) -> dict[tuple[str, str], Finding]:
    return {(one.area, one.track): one for one in found}


def test_the_gaps_of_the_handbook_are_found(handbook: None) -> None:
    """Wyoming, Canada, Latin America; countries of one track, by the area the other track has."""
    gaps = areas(of(Kind.GAP))
    assert ("Wyoming", "") in gaps
    assert ("Canada", "") in gaps
    assert "Brazil" in gaps["Latin America and the Caribbean, 49 countries", ""].places
    assert "Romania" in gaps["Europe, 22 countries", ""].places
    assert {"Spain", "Portugal"} <= set(gaps["Southern Europe, 9 countries", "select"].places)
    assert "Italy" not in gaps["Southern Europe, 9 countries", "select"].places
    for area in ("Ireland", "Middle East, 14 countries", "Africa, 60 countries", "Russia"):
        assert "only Open" in gaps[area, "select"].words
    for area in ("France", "Poland", "Czechia"):
        assert "only Select" in gaps[area, "open"].words
    assert len(gaps) == 15
    assert gaps["Wyoming", ""].fix_url.endswith("?place=US-WY")
    assert "group%3Amiddle-east" in gaps["Middle East, 14 countries", "select"].fix_url


def test_a_gap_says_who_waits_in_it_and_goes_when_somebody_is_named(handbook: None) -> None:
    for number in range(5):
        account(f"Rancher {number}", "USA", subdivision="Wyoming")
    account("Former", "US", subdivision="WY", partner_status="Former")
    account("Merged", "US", subdivision="WY", deleted=timezone.now())
    gap = areas(of(Kind.GAP))["Wyoming", ""]
    assert (gap.count, gap.counted) == (5, "5 partners")
    assert [one.words for one in gap.examples] == [f"Rancher {number}" for number in range(4)]
    assert all(one.url.startswith("/partners/") for one in gap.examples)
    Coverage.objects.create(place="US-WY", manager=named("Lisa Cartagena"), valid_from=ON, area="WY", section="amer")
    assert ("Wyoming", "") not in areas(of(Kind.GAP))
    assert ("Wyoming", "") in areas(of(Kind.GAP, date(2022, 11, 21)))


def test_a_state_of_which_a_part_is_named_has_a_gap(handbook: None) -> None:
    Coverage.objects.filter(place="US-PA", part="western").delete()
    gap = areas(of(Kind.GAP))["Pennsylvania", ""]
    assert "Western PA" in gap.words


def test_rows_that_contradict_each_other(handbook: None) -> None:
    """Of a place, of a key, of a partner; the same said twice is only untidy; two tracks are no overlap."""
    assert of(Kind.OVERLAP) == of(Kind.DUPLICATE) == []
    row = {"valid_from": ON, "area": "Japan", "section": "apac"}
    Coverage.objects.create(place="JP", manager=named("Amit Kaul"), **row)
    Coverage.objects.create(place="KR", manager=named("Sang Hoon Kim"), **row)
    overlaps = areas(of(Kind.OVERLAP))
    japan, korea = overlaps["Japan", ""], overlaps["South Korea", ""]
    assert (japan.tone, japan.managers, japan.count) == ("red", "Amit Kaul, Masa Ueda", 2)
    assert (korea.tone, korea.words) == ("amber", "Overlap: said 2 times, identical")
    key_rule("Large-EMEA-EMEA-DACH", "Jags Bewas")
    key_rule(" large-emea-emea-dach ", "Tristan Ouin")
    partner_rule("Harbor LLC", "Jags Bewas", table="gsi")
    partner_rule("HARBOR llc", "Jags Bewas", table="gsi")
    partner_rule("Harbor LLC", "Tristan Ouin", table="alliance")
    duplicates = areas(of(Kind.DUPLICATE))
    assert duplicates["Large-EMEA-EMEA-DACH", ""].tone == "red"
    assert "Jags Bewas; Tristan Ouin" in duplicates["Large-EMEA-EMEA-DACH", ""].words
    assert [one.tone for key, one in duplicates.items() if key[0].lower() == "harbor llc"] == ["amber"]


def test_a_country_in_two_groups_of_different_managers(handbook: None) -> None:
    """Not where it has a row of its own, and not against a catch-all."""
    CountryGroup.objects.create(key="iberia", name="Iberia", codes=["ES", "PT", "IT"])
    Coverage.objects.create(
        place="group:iberia", track="open", manager=named("Jags Bewas"), valid_from=ON, area="Iberia", section="e"
    )
    found = only(Kind.OVERLAP)
    assert (found.area, found.track, found.tone) == ("Italy, Portugal, Spain", "open", "red")
    CountryGroup.objects.filter(key="iberia").update(catch_all=True)
    assert of(Kind.OVERLAP) == []


def test_the_split_state_and_our_reading_are_named(handbook: None) -> None:
    split = only(Kind.SPLIT)
    assert (split.area, split.tone, split.managers) == ("Pennsylvania", "amber", "Jay Bahar, Maria Henry")
    assert "our assumption" in split.words
    assert {one.area for one in of(Kind.READING)} == {
        "APAC, others", "Africa", "Middle East", "Northern Europe", "Southern Europe"
    }  # fmt: skip
    SubdivisionPart.objects.update(assumption=False)
    CountryGroup.objects.update(settled=True)
    assert only(Kind.SPLIT).tone == "grey"
    assert of(Kind.READING) == []


def test_rules_that_name_who_left_are_one_finding_a_person(handbook: None) -> None:
    """From the day after the last one; whoever is not active without a day is gone at once."""
    ChannelManager.objects.filter(name="Camille Dios").update(left=date(2022, 11, 20))
    ChannelManager.objects.filter(name="Masa Ueda").update(active=False)
    key_rule("Large-EMEA-EMEA-South", "Camille Dios")
    found = areas(of(Kind.GONE))
    assert found["Camille Dios", ""].count == 4
    assert "20 Nov 2022" in found["Camille Dios", ""].words
    assert found["Masa Ueda", ""].count == 1
    assert [one.area for one in of(Kind.GONE, date(2022, 11, 20))] == ["Masa Ueda"]


def test_rules_that_name_nobody(handbook: None) -> None:
    """To be hired is one thing, a name nobody has another; “Look at Territory” is neither."""
    key_rule("Large-AMER-East-Named", "Look at Territory")
    key_rule("COM_MM_EMEA_SOUTH_TERR_3TBH", "TBH", table="territory")
    key_rule("Large-AMER-Northeast-1", "Jay Bahaar", table="territory")
    key_rule("Large-AMER-Northeast-2", "jay  bahaar", table="territory")
    hiring, name = only(Kind.HIRING), only(Kind.NAME)
    assert (hiring.area, hiring.code) == ("COM_MM_EMEA_SOUTH_TERR_3TBH", True)
    assert (name.area, name.count, name.tone) == ("Jay Bahaar", 2, "red")
    deal(account("Valmont", "FR"), "Large-AMER-East-Named", hiring.area)
    waited = only(Kind.HIRING)
    assert (waited.area, waited.counted) == (hiring.area, "1 opportunity")
    assert of(Kind.KEYS) == []


def test_rules_by_partner_whose_partner_is_not_there(handbook: None) -> None:
    here, gone = account("Here GmbH", "DE"), account("Gone GmbH", "DE", deleted=timezone.now())
    merged = account("Old GmbH", "DE", deleted=timezone.now(), merged_into=here)
    for one in (here, gone, merged):
        partner_rule(one.name, "Jags Bewas", of=one)
    partner_rule("Never seen Ltd", "Jags Bewas", table="gsi")
    found = areas(of(Kind.PARTNER))
    assert set(found) == {("Gone GmbH", ""), ("Old GmbH", ""), ("Never seen Ltd", "")}
    assert "Merged into Here GmbH" in found["Old GmbH", ""].words
    assert found["Old GmbH", ""].examples[0].url == f"/partners/{here.pk}/"
    assert (found["Never seen Ltd", ""].tone, found["Never seen Ltd", ""].table) == ("amber", "GSI")


def test_owners_that_differ_are_grouped_by_who_moves_to_whom(handbook: None) -> None:
    """Salesforce's owner against the rules; right ones, and those the rules are not sure of, are not here."""
    owned("Right", "Japan", "Masa Ueda")
    owned("Wrong 1", "Japan", "Amit Kaul")
    owned("Wrong 2", "JP", "Amit Kaul", track="Select")
    account("Nobody's", "JP")
    account("A seller's", "JP", owner_id="005000000000009AAA", owner_name="Greta Solheim")
    owned("East", "US", "Maria Henry", subdivision="PA", postal_code="19103")
    owned("West", "US", "Maria Henry", subdivision="Pennsylvania", postal_code="15222")
    owned("Unsure", "US", "Maria Henry", subdivision="PA")
    special = owned("Special", "JP", "Masa Ueda")
    partner_rule("Special", "Jags Bewas", of=special)
    found = {one.area: one for one in of(Kind.OWNER)}
    assert {area: one.count for area, one in found.items()} == {
        "Amit Kaul → Masa Ueda": 2,
        "Nobody → Masa Ueda": 1,
        "Not a channel manager → Masa Ueda": 1,
        "Maria Henry → Jay Bahar": 1,
        "Masa Ueda → Jags Bewas": 1,
    }
    moved = found["Amit Kaul → Masa Ueda"]
    whole = audit.read(ON)
    assert [one.account.name for one in members.partners_of(whole, moved.slug)] == ["Wrong 1", "Wrong 2"]
    alone = found["Masa Ueda → Jags Bewas"]
    assert [one.account.name for one in members.partners_of(whole, alone.slug)] == ["Special"]
    unsure = only(Kind.UNSURE)
    assert (unsure.area, unsure.count, unsure.managers) == ("Pennsylvania", 1, "Jay Bahar, Maria Henry")


def test_partners_without_a_rule_by_what_is_missing(handbook: None) -> None:
    owned("Lagos", "NG", "Camille Dios", track="Select")
    owned("Abuja", "Nigeria", "Camille Dios", track="select")
    account("Nowhere", "")
    account("Atlantis", "Atlantis")
    account("Fed", "US", public_sector=True, track="Select")
    found = {(one.area, one.track): one for one in of(Kind.UNCOVERED)}
    assert found["Nigeria", "select"].count == 2
    assert found["Nigeria", "select"].fixes[0].words == "Assign"
    assert set(found) == {("Nigeria", "select"), ("No country", "open"), ("Atlantis", "open"), ("US PubSec", "select")}
    whole = audit.read(ON)
    listed = members.partners_of(whole, found["Nigeria", "select"].slug)
    assert [one.account.name for one in listed] == ["Abuja", "Lagos"]


def test_partners_without_contracted_territories_are_counted(handbook: None) -> None:
    account("Has them", "JP")
    assert of(Kind.TERRITORIES) == []
    account("Has none", "JP", contracted_territories=[])
    account("Denied", "JP", contracted_territories=[], partner_status="Denied")
    found = only(Kind.TERRITORIES)
    assert (found.count, [one.words for one in found.examples]) == (1, ["Has none"])
    assert [one.account.name for one in members.partners_of(audit.read(ON), found.slug)] == ["Has none"]


def test_keys_no_rule_knows_are_grouped_with_what_is_close(handbook: None) -> None:
    partner, gsi = account("Northwind", "DE"), account("Meridian", "US", partner_type="GSI")
    assert of(Kind.KEYS) == []
    assert only(Kind.MAPPING).slug == "mapping-none"
    key_rule("Large-EMEA-EMEA-DACH", "Jags Bewas")
    key_rule("Large-AMER-East-Named", "Look at Territory")
    key_rule("Large-AMER-PNW/MW-1", "Jay Bahar", table="territory")
    deal(partner, " large-emea-emea-dach")
    for _time in range(2):
        deal(partner, "Large-AMER-East-Named", "Large AMER-PNW/MW-1")
    deal(partner, "SMB-EMEA-EMEA-SMB")
    deal(partner)
    deal(partner, "Old-Key", stage="Closed Won")
    deal(partner, "Old-Key", deleted=timezone.now())
    deal(gsi, "Large-EMEA-EMEA-DACH")
    assert of(Kind.MAPPING) == []
    found = {one.area: one for one in of(Kind.KEYS)}
    dirt = found["Large AMER-PNW/MW-1"]
    assert (dirt.count, list(dirt.near), dirt.code) == (2, ["Large-AMER-PNW/MW-1"], True)
    assert [fix.words for fix in dirt.fixes] == ["Say what it means", "Add the key"]
    assert found["SMB-EMEA-EMEA-SMB"].fix_url == "/routing/key-rules/new/?table=segment&key=SMB-EMEA-EMEA-SMB"
    assert set(found) == {"Large AMER-PNW/MW-1", "SMB-EMEA-EMEA-SMB", "No key", "Meridian"}
    listed = members.opportunities_of(audit.read(ON), dirt.slug)
    assert [one.territory for one in listed] == ["Large AMER-PNW/MW-1"] * 2
    KeyAlias.objects.create(
        table="territory", key="Large AMER-PNW/MW-1", folded="large amer-pnw/mw-1", means="Large-AMER-PNW/MW-1"
    )
    partner_rule("Meridian", "Jay Bahar", table="gsi", of=gsi)
    assert {one.area for one in of(Kind.KEYS)} == {"SMB-EMEA-EMEA-SMB", "No key"}


def test_in_january_the_next_mapping_must_be_there(handbook: None) -> None:
    key_rule("Large-EMEA-EMEA-DACH", "Jags Bewas")
    assert of(Kind.MAPPING, date(2022, 12, 31)) == []
    assert only(Kind.MAPPING, date(2023, 1, 2)).area == "FY24"
    MappingImport.objects.create(name="x", fiscal_year="FY24", effective=date(2023, 2, 1), state="undone")
    assert only(Kind.MAPPING, date(2023, 1, 31)).tone == "red"
    MappingImport.objects.update(state="prepared")
    assert of(Kind.MAPPING, date(2023, 1, 31)) == of(Kind.MAPPING, date(2023, 2, 1)) == []


def test_the_coverage_table_has_problems_first_and_every_area(handbook: None) -> None:
    account("Tokyo", "JP")
    account("Philadelphia", "US", subdivision="PA", postal_code="19103")
    found = audit.coverage(ON)
    assert (found.gaps, found.splits, found.overlaps) == (15, 1, 0)
    assert [row.area for row in found.rows[:2]] == ["Wyoming", "Canada"]
    well = {(row.area, row.track): row for row in found.rows if not row.kind}
    assert (well["Japan", ""].managers, well["Japan", ""].words) == ("Masa Ueda", "1 partner")
    assert well["CT, MA, ME, NH, NJ, NY, PA, RI, VT", ""].count == 1
    assert well["DACH", "open"].managers == "Bastian van der Stel"
    west = next(row for row in found.rows if row.managers == "Maria Henry" and not row.kind)
    assert west.count == 0


def test_the_statements_do_not_grow(handbook: None) -> None:
    """Whatever the number of partners, opportunities and rules."""

    def statements() -> int:
        book.forget()
        with CaptureQueriesContext(connection) as asked:
            audit.read(ON)
        return len(asked)

    key_rule("Large-EMEA-EMEA-DACH", "Jags Bewas")
    first = account("First", "US", subdivision="PA")
    partner_rule("First", "Jags Bewas", of=first)
    deal(first, "Odd key")
    few = statements()
    for number in range(30):
        one = account(
            f"Partner {number}", "US", subdivision=["PA", "NY", "WY"][number % 3], postal_code=f"15{number:03d}"
        )
        partner_rule(one.name, "Jags Bewas", of=one)
        deal(one, f"Key {number}")
        account(f"Other {number}", "Portugal", subdivision=f"S{number}")
    assert statements() <= few


def test_a_day_before_the_roster_is_all_gaps(handbook: None) -> None:
    gaps = of(Kind.GAP, date(2022, 10, 31))
    assert {"Alabama", "Wyoming", "Canada"} <= {one.area for one in gaps}
