"""Reading Salesforce by our own names: to the end, in order, whatever people are called (F-08, vendors.md §3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from integrations.errors import VendorError
from integrations.models import Call
from integrations.salesforce import ids, invoices, optional, reading, registrations
from integrations.salesforce.client import client
from tests.integrations.salesforce.conftest import (
    APPROVED_DEAL,
    GUSTAV,
    HAVELLAND,
    MARIA,
    NORTHWIND,
    OBRIEN,
)
from tests.integrations.settings_of_vendors import with_field_map
from tests.sandbox_desk import VendorSandbox

pytestmark = pytest.mark.django_db
LOSER = "0018dQx00000002ABA"


def everything(key: str, **more: Any) -> list[dict[str, Any]]:
    return [row for page in reading.pages(key, **more) for row in page]


@pytest.mark.parametrize(
    "text",
    [
        "O'Brien & Söhne",
        "o'brien",
        "Söhne GmbH",
        OBRIEN,
        OBRIEN[:15],
        "obrien-soehne.example",
        "https://www.obrien-soehne.example/",
    ],
)
def test_accounts_are_found_by_name_domain_and_id(org: VendorSandbox, text: str) -> None:
    assert OBRIEN in [hit.id for hit in reading.search_accounts(text)]


@pytest.mark.parametrize("text", ["' OR Name != '", "%", "_", "\\", "100%", '"', "", "   ", "\n", "日本' --"])
def test_what_people_type_is_a_value_and_never_a_question(org: VendorSandbox, text: str) -> None:
    """S-09: no injection; wildcards of theirs are letters."""
    hits = reading.search_accounts(text)
    assert all(text.strip().lower() in hit.name.lower() for hit in hits)
    assert len(hits) < 20


def test_an_account_opportunity_deal_invoice_and_user_are_read_into_shapes(org: VendorSandbox) -> None:
    hit = reading.account(NORTHWIND[:15])
    assert hit
    assert (hit.id, hit.name, hit.track, hit.public_sector) == (NORTHWIND, "Northwind DevOps GmbH", "Select", False)
    assert (hit.contracted_territories, hit.owner_name) == (("Germany", "Austria", "Switzerland"), "Sofia Marchetti")
    assert hit.signed_contract_date == date(2021, 3, 14)
    (found,) = reading.find_opportunity(number="OPP-240101")
    assert (found.id, found.close_date, found.partner) == (HAVELLAND, date(2026, 12, 15), NORTHWIND)
    assert found.amount == Decimal(34560)
    assert reading.opportunity(HAVELLAND) == found
    assert found in reading.find_opportunity(name="havelland")
    (deal,) = registrations.deals(APPROVED_DEAL)
    assert (deal.status, deal.kind, deal.linked_opportunity) == ("Approved", "Service Attach", HAVELLAND)
    assert registrations.deals("GL-nothing") == registrations.deals(" ") == []
    bills = invoices.invoices(account="0018dQx00000007ABA")
    assert bills
    assert bills == sorted(bills, key=lambda bill: bill.date or date.min, reverse=True)
    assert reading.user("maria.henry@example.com") == reading.user(MARIA)
    gustav = reading.user(GUSTAV)
    assert gustav
    assert not gustav.active
    assert reading.account("0018dQx00099999AAA"[:15]) is None


def test_all_pages_are_read_in_the_order_of_the_last_change(org: VendorSandbox) -> None:
    whole = everything("Contact")
    org.ask("/salesforce/settings", {"page_size": 7})
    pages = list(reading.pages("Contact"))
    assert len(pages) > 3
    rows = [row for page in pages for row in page]
    assert rows == whole
    assert [row["modified"] for row in rows] == sorted(row["modified"] for row in rows)
    assert reading.count("Contact") == len(rows) == len({row["id"] for row in rows})


def test_a_query_whose_pages_are_gone_is_asked_anew_from_there(org: VendorSandbox) -> None:
    """F-08: INVALID_QUERY_LOCATOR."""
    whole = everything("Contact")
    org.ask("/salesforce/settings", {"page_size": 7})
    rows: list[dict[str, Any]] = []
    for number, page in enumerate(reading.pages("Contact")):
        rows += page
        if number in {0, 2}:
            org.ask("/salesforce/expire", {"cursors": True})
    assert rows == whole


def test_only_what_changed_since_is_read_and_who_is_no_partner_any_more_comes_too(org: VendorSandbox) -> None:
    since = datetime.now(UTC) - timedelta(minutes=5)
    assert everything("Account", since=since) == []
    client().update("Account", OBRIEN, {"Type": "Customer"})
    (row,) = everything("Account", since=since)
    assert (row["id"], row["type"], row["deleted"]) == (OBRIEN, "Customer", False)
    assert reading.count("Account", since=since) == 0
    assert OBRIEN not in [row["id"] for row in everything("Account")]
    assert everything("Account", until=since)


def test_rows_in_the_bin_say_into_which_one_they_were_merged(org: VendorSandbox) -> None:
    since = datetime.now(UTC) - timedelta(minutes=5)
    org.ask("/salesforce/merge", {"master": NORTHWIND, "loser": LOSER})
    (row,) = everything("Account", since=since, deleted=True)
    assert (row["id"], row["merged_into"], row["deleted"]) == (LOSER, NORTHWIND, True)
    assert LOSER not in [row["id"] for row in everything("Account")]


def test_many_ids_are_asked_for_in_chunks(org: VendorSandbox) -> None:
    """Vendors.md §2.1: a question's address has an end, and an empty list is none."""
    org.ask("/salesforce/bulk", {"accounts": 450, "contacts": 900})
    accounts = [row["id"] for row in everything("Account")]
    org.ask("/requests/clear", {})
    rows = [row for page in reading.pages_of("Contact", [*accounts, accounts[0], "nonsense"]) for row in page]
    assert len(rows) == reading.count("Contact")
    assert sum("/query" in one["path"] for one in org.requests("salesforce")) == 4
    assert list(reading.pages_of("Contact", [])) == []
    assert reading.users([]) == []


def test_certifications_are_read_where_the_map_names_them(org: VendorSandbox, settings: Any, tmp_path: Path) -> None:
    assert everything("Certification") == []
    assert reading.count("Certification") == 0
    with_field_map(
        settings,
        tmp_path,
        """
        [Certification]
        object = "Certification__c"
        title = "Title__c"
        account = "Account__c"
        contact = "Contact__c"
        passed = "Passed__c"
        expires = "Expires__c"
        """,
    )
    row = everything("Certification")[0]
    assert row["title"]
    assert row["account"].startswith("001")
    assert reading.count("Certification") == 12


def test_a_field_that_only_some_organisations_have_is_left_out_where_it_is_not(
    org: VendorSandbox, settings: Any, tmp_path: Path
) -> None:
    optional._seen.forget()
    with_field_map(settings, tmp_path, '[Account]\nmerged_into = "Merged_Into__c"\n')
    assert "merged_into" not in everything("Account")[0]


def test_a_field_that_is_not_there_is_said_in_words(org: VendorSandbox, settings: Any, tmp_path: Path) -> None:
    with_field_map(settings, tmp_path, '[Account]\ntrack = "Partner_Trck__c"\n')
    with pytest.raises(VendorError) as caught:
        everything("Account")
    assert caught.value.kind == "permanent"
    assert "Partner_Trck__c" in caught.value.words


def test_bank_and_tax_fields_are_never_asked_for(org: VendorSandbox) -> None:
    """Issue C: IBAN and tax fields are never read."""
    for key in ("Account", "Contact", "Opportunity", "Registration", "Invoice", "Case", "User"):
        everything(key)
    reading.search_accounts("Northwind")
    for asked in org.requests("salesforce"):
        if "/query" in asked["path"]:
            assert not {"iban", "vat", "tax"} & set(str(asked["query"]).lower().replace("_", " ").split())
            assert "iban" not in str(asked).lower()


def test_how_much_of_the_day_is_used_is_known_from_each_answer(org: VendorSandbox) -> None:
    org.ask("/salesforce/settings", {"limit_used": 850, "limit_max": 1000})
    reading.account(NORTHWIND)
    call = Call.objects.filter(limit_total__isnull=False).first()
    assert call
    assert (call.limit_used, call.limit_total) in {(851, 1000), (852, 1000)}  # perhaps a describe was first


@pytest.mark.parametrize("given", ["0018dQx00000001", NORTHWIND])
def test_ids_of_15_and_18_characters_are_the_same(given: str) -> None:
    assert ids.full_id(given) == NORTHWIND
    assert ids.same_id(given, NORTHWIND)


def test_a_name_of_fifteen_letters_is_no_id(org: VendorSandbox) -> None:
    assert not ids.may_be_id("Internationales", prefix="001")
    assert not ids.may_be_id("0018dQx00000001ABB", prefix="001")
    client().update("Account", OBRIEN, {"Name": "001Internationa"})
    assert [hit.id for hit in reading.search_accounts("001Internationa")] == [OBRIEN]


@pytest.mark.parametrize("given", ["", "001", "0018dQx0000000-", "0018dQx00000001AB", "0018dQx00000001\n"])
def test_what_is_no_id_is_refused(given: str) -> None:
    assert not ids.is_id(given)
    assert not ids.same_id(given, given)
    with pytest.raises(ValueError, match="no id"):
        ids.full_id(given)
