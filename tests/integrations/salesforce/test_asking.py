"""What workers ask Salesforce about orders, proofs and invoices, by name (vendors.md §3): candidates, never choices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from integrations import equipment
from integrations.asking import ask
from integrations.errors import VendorError
from integrations.salesforce import files, optional, people
from integrations.salesforce.client import client
from integrations.salesforce.opportunities import words
from tests.integrations.salesforce.conftest import GUSTAV, HAVELLAND, NORTHWIND
from tests.integrations.settings_of_vendors import with_field_map
from tests.sandbox_desk import VendorSandbox

assert equipment.__all__  # the questions are registered
pytestmark = pytest.mark.django_db

KORU, BLUEPEAK = "0018dQx00000007ABA", "0018dQx00000004ABA"
STRAITS, RHEINLAND = "0018dQx00000026ABA", "0018dQx00000025ABA"
TANJONG, AURORA = "0068dQx00000025ABA", "0068dQx00000026ABA"
POSTED = "a0I8dQx00000001EBA"


def numbers(**asked: Any) -> list[str]:
    return [one.number for one in ask("salesforce.opportunities", **asked)]


@pytest.mark.parametrize("given", ["OPP-240101", " opp-240101 ", HAVELLAND, HAVELLAND[:15]])
def test_an_opportunity_comes_by_its_number_or_id_with_everybody_on_it(org: VendorSandbox, given: str) -> None:
    (found,) = ask("salesforce.opportunities", number=given)
    assert (found.id, found.customer_name, found.partner_name) == (
        HAVELLAND,
        "Havelland Klinik AG",
        "Northwind DevOps GmbH",
    )
    assert (found.owner_name, found.owner_email) == ("Greta Solheim", "greta.solheim@example.com")
    assert (found.isr_name, found.isr_email, found.isr_active) == ("Noor Haddad", "noor.haddad@example.com", True)
    assert found.channel_manager_email == "sofia.marchetti@example.com"
    assert (found.won, found.closed, found.distributor, found.quote) == (False, False, "", "")
    assert found.link.endswith(f"/lightning/r/Opportunity/{HAVELLAND}/view")
    assert found == ask("salesforce.opportunity", given if given.startswith("006") else HAVELLAND)


def test_a_quote_leads_to_its_opportunity_and_says_so(org: VendorSandbox) -> None:
    (found,) = ask("salesforce.opportunities", quote="q-0093880")
    assert (found.id, found.quote) == (HAVELLAND, "Q-0093880")
    assert numbers(quote="Q-0000001") == []


def test_where_nobody_keeps_quotes_none_is_asked_for(org: VendorSandbox, settings: Any, tmp_path: Path) -> None:
    optional._seen.forget()
    with_field_map(settings, tmp_path, '[Quote]\nobject = "Angebot__c"\n')
    assert numbers(quote="Q-0093880", number="OPP-240101") == ["OPP-240101"]


@pytest.mark.parametrize(
    ("asked", "among"),
    [
        ({"name": "Weserland Logistik Premium 250"}, {"OPP-240119", "OPP-240120", "OPP-240121"}),
        ({"customer": "Weserland Logistik Sued GmbH"}, {"OPP-240119", "OPP-240120", "OPP-240121"}),
        ({"customer": "WESERLAND"}, {"OPP-240119", "OPP-240120", "OPP-240121"}),
        ({"customer": "Havellandt-Kliniken"}, {"OPP-240101"}),  # mistyped: by how the words begin
        ({"customer": "O'Brien & Söhne 100%"}, {"OPP-240113"}),
        ({"name": "' OR Name != '", "customer": "%"}, set()),
        ({"amount": Decimal("34560.40")}, {"OPP-240101"}),
        ({"amount": Decimal(72000), "partner": NORTHWIND}, {"OPP-240119", "OPP-240120"}),
        ({"partner": BLUEPEAK}, {"OPP-240106", "OPP-240122", "OPP-240123"}),  # not what is lost
        ({}, set()),
    ],
)
def test_whatever_may_be_meant_is_in_the_pool(org: VendorSandbox, asked: dict[str, Any], among: set[str]) -> None:
    found = numbers(**asked)
    assert among <= set(found) if among else found == []
    assert len(found) == len(set(found))


def test_the_surest_key_comes_first_and_the_pool_has_an_end(org: VendorSandbox) -> None:
    asked: dict[str, Any] = {"quote": "Q-0094103", "name": "Weserland Logistik", "partner": NORTHWIND}
    found = numbers(**asked)
    assert found[0] == "OPP-240120"
    assert len(found) > 3
    assert len(numbers(**asked, limit=2)) == 2


def test_many_with_a_word_in_common_do_not_push_out_the_partners_own(org: VendorSandbox) -> None:
    for number in range(8):
        row = {"Name": f"Bank {number}", "CloseDate": "2027-01-31", "StageName": "4-Proposal"}
        client().create("Opportunity", row)
    found = ask("salesforce.opportunities", customer="Bank Ostwald", partner=BLUEPEAK, limit=6)
    assert [one.name[:4] for one in found][:3] == ["Bank"] * 3
    assert [one.partner for one in found[3:]] == [BLUEPEAK] * 3


def test_somebody_who_has_left_and_nobody_at_all_are_said(org: VendorSandbox) -> None:
    (left,) = ask("salesforce.opportunities", number="OPP-240122")
    assert (left.isr_name, left.isr_active) == ("Gustav Ohlsson", False)
    (nobody,) = ask("salesforce.opportunities", number="OPP-240123")
    assert (nobody.isr, nobody.isr_email, nobody.channel_manager_name) == ("", "", "")


def test_people_are_found_by_name_where_the_field_is_a_text(org: VendorSandbox) -> None:
    """Contract §7: ISR and manager may be names; one that two have means nobody."""
    rows: list[dict[str, Any]] = [{"isr": "noor haddad"}, {"isr": GUSTAV}, {"isr": "Nobody There"}, {"isr": ""}]
    found = people.of(rows, "isr")
    assert found["noor haddad"].email == "noor.haddad@example.com"
    assert not found[GUSTAV].active
    assert len(found) == 2
    client().create(
        "User", {"Username": "n2@example.com", "FirstName": "Noor", "LastName": "Haddad", "Email": "n2@x.example"}
    )
    assert people.of(rows, "isr").keys() == {GUSTAV}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Havelland Klinik / Premium 120", ["Havelland", "Klinik", "120"]),
        ("Premium GmbH", ["Premium", "GmbH"]),  # better than nothing
        ("さくら銀行", ["さくら銀行"]),
        ("... - ?", []),
    ],
)
def test_words_that_many_names_have_are_left_out(text: str, kept: list[str]) -> None:
    assert words(text) == kept


@pytest.mark.parametrize("given", ["GL-0048213", " gl-0048213\n"])
def test_a_registration_comes_with_manager_and_opportunity(org: VendorSandbox, given: str) -> None:
    (deal,) = ask("salesforce.deals", given)
    assert (deal.partner_name, deal.customer) == ("Northwind DevOps GmbH", "Havelland Klinik AG")
    assert (deal.channel_manager_name, deal.channel_manager_active) == ("Sofia Marchetti", True)
    assert (deal.opportunity_number, deal.opportunity_stage) == ("OPP-240101", "6-Awaiting Signature")
    assert (deal.opportunity_close_date, deal.opportunity_amount) == (date(2026, 12, 15), Decimal(34560))
    assert deal.link.endswith(f"{deal.id}/view")
    assert ask("salesforce.deal", deal.id) == deal


def test_every_registration_of_an_opportunity_and_every_one_with_a_deal_id(org: VendorSandbox) -> None:
    kinds = {one.deal_id: one.kind for one in ask("salesforce.deals_of", HAVELLAND)}
    assert kinds == {"GL-0048213": "Service Attach", "GL-0047790": "Resale"}
    assert len(ask("salesforce.deals", "GL-0053012")) == 2
    (unlinked,) = ask("salesforce.deals", "GL-0052110")
    assert (unlinked.linked_opportunity, unlinked.opportunity_name, unlinked.opportunity_link) == ("", "", "")
    (gone,) = ask("salesforce.deals", "GL-0053005")
    assert (gone.channel_manager_name, gone.channel_manager_active) == ("Gustav Ohlsson", False)
    assert ask("salesforce.deals", " ") == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"number": " inv-0024655 "}, ["INV-0024655"]),
        ({"number": "0024655"}, ["INV-0024655"]),
        ({"number": "655"}, []),
        ({"number": "%"}, []),
        ({"account": KORU, "number": "INV-0024655"}, []),  # the distributor's
        ({"account": STRAITS}, ["INV-0024655"]),
        ({"opportunity": AURORA}, ["INV-0024701", "INV-0024702"]),
        ({"on": date(2026, 11, 9)}, ["INV-0024701", "INV-0024702"]),
        ({"on": date(2026, 11, 6)}, ["INV-0024701", "INV-0024702"]),  # the day the opportunity was won
        ({"on": date(2026, 12, 15)}, []),  # an opportunity closes that is not won
        ({"account": NORTHWIND, "between": (date(2026, 6, 1), date(2026, 9, 30))}, ["INV-0023871", "INV-0022950"]),
        ({}, []),
    ],
)
def test_invoices_by_what_a_partner_may_know(org: VendorSandbox, asked: dict[str, Any], found: list[str]) -> None:
    assert [one.number for one in ask("salesforce.invoices", **asked)] == found


def test_an_invoice_says_who_is_invoiced_and_who_has_sold(org: VendorSandbox) -> None:
    (bill,) = ask("salesforce.invoices", number="INV-0024655")
    assert (bill.account, bill.account_name) == (STRAITS, "Straits Distribution Pte Ltd")
    assert (bill.partner, bill.partner_name) == (KORU, "Koru Labs Pty Ltd")
    assert (bill.opportunity, bill.opportunity_close_date, bill.opportunity_won) == (TANJONG, date(2026, 10, 16), True)
    assert bill.customer_name == "Tanjong Port Services Pte Ltd"
    (alone,) = ask("salesforce.invoices", number="INV-0024710")
    assert (alone.opportunity_name, alone.partner, alone.opportunity_won) == ("", "", False)
    assert ask("salesforce.opportunity", TANJONG).distributor_name == "Straits Distribution Pte Ltd"
    assert ask("salesforce.opportunity", AURORA).distributor == RHEINLAND


def test_the_pdf_of_an_invoice_arrives_whole(org: VendorSandbox) -> None:
    (file,) = ask("salesforce.files_of", POSTED)
    assert (file.title, file.extension) == ("INV-0024417", "pdf")
    content = ask("salesforce.file", file.version)
    assert content.startswith(b"%PDF")
    assert len(content) == file.size
    assert ask("salesforce.files_of", "a0I8dQx00000013EBA") == []


@pytest.mark.parametrize("mode", ["html", "truncated", "empty", "drop-after", "redirect"])
def test_half_a_file_is_none(org: VendorSandbox, mode: str) -> None:
    (file,) = ask("salesforce.files_of", POSTED)
    org.fault("salesforce", mode, match="/VersionData")
    with pytest.raises(VendorError) as caught:
        ask("salesforce.file", file.version)
    assert (caught.value.kind, bool(caught.value.words)) == ("busy", True)


def test_a_file_that_is_too_large_or_gone_is_not_fetched(org: VendorSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    (file,) = ask("salesforce.files_of", POSTED)
    monkeypatch.setattr(files, "MOST_BYTES", file.size - 1)
    for version, code in ((file.version, "TOO_LARGE"), ("0688dQx00009999AAA"[:15], "NO_FILE")):
        with pytest.raises(VendorError) as caught:
            ask("salesforce.file", version)
        assert (caught.value.kind, caught.value.code) == ("permanent", code)
    assert not any("VersionData" in one["path"] for one in org.requests("salesforce"))
