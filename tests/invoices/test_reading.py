"""What a request says: numbers, days and names as people write them, and what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from documents.papers import Source
from invoices import days, finding, matters, ranking, reading
from invoices.finding import Asked
from partners.models import Opportunity
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket, opened
from tickets import actions
from tickets.actions import Recipient

__all__ = ["OpenTicket", "opened"]
TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Closed-Won on 30 September.", "2026-09-30"),
        ("closed won: September 30th", "2026-09-30"),
        ("Closed-Won: 15th of December", "2025-12-15"),  # the newest that has come
        ("Won on 3 Oct 2024, after long talks", "2024-10-03"),
        ("won on 3. Oktober", "2026-10-03"),
        ("Won on 31 September", ""),
        ("Won on 3 bananas", ""),
    ],
)
def test_days_without_a_year(text: str, day: str) -> None:
    found = days.found([Source(name="mail", pages=(text,), kind="mail")], reading.WON, today=TODAY)
    assert [one.value for one in found[:1]] == ([day] if day else [])


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("We miss invoice no. INV-0024417, please send it.", "number", "INV-0024417"),
        ("Rechnung INV0024417 fehlt uns.", "number", "INV0024417"),
        ("PO number: 4500128837", "po_no", "4500128837"),
        ("It was for quote Q-0091822.", "quote", "Q-0091822"),
        ("Date of the transaction: 3 October 2026", "transaction_date", "2026-10-03"),
        ("the invoice of opportunity X, Closed-Won on 30 September 2026.", "won_on", "2026-09-30"),
        ("Opportunity: Koru Premium 85", "opportunity", "Koru Premium 85"),
    ],
)
def test_facts_have_the_words_they_were_read_from(
    cast: object, opened: OpenTicket, text: str, field: str, value: str
) -> None:
    ticket = opened(kind="invoice", subject="An invoice", body=text)
    facts = reading.facts_of(ticket, [Source(name="mail", pages=(text,), kind="mail", address="/tickets/1/")])
    assert facts[field][0]["value"] == value
    assert facts[field][0]["source"] == "mail"
    assert "number" not in facts or field == "number"  # an order's number is no invoice's


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("We need the invoice for AURORA-textil from November.", ["AURORA-textil"]),
        ("The invoice of the Koru deal, and of Aurora Textil.", ["Aurora Textil"]),  # four letters are no name
        ("Opportunity: Wattwerk\nand Aurora Textil.", ["Wattwerk"]),
        ("The invoice for our renewal. Auroratextil?", []),
    ],
)
def test_a_deal_of_theirs_that_is_named_in_passing(cast: Cast, opened: OpenTicket, text: str, named: list[str]) -> None:
    deals = ("Aurora Textil AB \u2013 Premium 45", "Koru, Premium 85", "Renewal", "Aurora Textil (2)")
    for number, name in enumerate(deals):
        Opportunity.objects.create(salesforce_id=f"006{number}", account=cast.northwind, name=name)
    Opportunity.objects.create(salesforce_id="0069", account=cast.bluepeak, name="Wattwerk")
    ticket = opened(kind="invoice", subject="An invoice", body=text)
    facts = reading.facts_of(ticket, [Source(name="mail", pages=(text,), kind="mail", address="/tickets/1/")])
    assert [row["value"] for row in facts.get("opportunity", [])] == named


def test_a_day_with_two_readings_is_not_looked_for(cast: object, opened: OpenTicket) -> None:
    ticket = opened(kind="invoice", subject="An invoice", body="Invoice date: 03/04/2026")
    request = reading.read(ticket)
    assert request.facts["transaction_date"][0]["also"] == ["2026-03-04"]
    assert request.transaction_date is None


def test_the_form_comes_first_and_a_correction_before_it(cast: object, opened: OpenTicket) -> None:
    fields = {
        "company": "Northwind",
        "invoice_no": "Q-0091822",
        "transaction_date": "2026-10-03",
        "message": "It is INV-0024417.",
    }
    ticket = opened(kind="invoice", subject="An invoice", body="It is INV-0024417.", fields=fields)
    request = reading.read(ticket)
    assert reading.asked(request) == Asked(quote="Q-0091822", number="INV-0024417", transaction_date=date(2026, 10, 3))
    request.number, request.corrected = "INV-0024418", ["number"]
    request.save()
    assert reading.read(ticket).number == "INV-0024418"


def test_what_is_answered_outranks_what_was_said_before(cast: Cast, opened: OpenTicket) -> None:
    """We wrote that there is no such invoice; then the form's number and day count no more."""
    fields = {"company": "Northwind", "invoice_no": "INV-1234567", "transaction_date": "2026-10-03"}
    ticket = opened(kind="invoice", subject="An invoice", body="INV-1234567", fields=fields)
    assert reading.read(ticket).number == "INV-1234567"
    actions.reply(ticket, by=cast.nadia, body="Which one?", to=[Recipient(address=cast.katrin.email)])
    actions.receive(ticket, sender=cast.katrin, body="Sorry, it is INV 0090001, dated 4 October 2026.")
    request = reading.read(ticket)
    assert (request.number, request.transaction_date) == ("INV 0090001", date(2026, 10, 4))


@pytest.mark.parametrize(
    ("topic", "text", "about"),
    [
        ("", "A copy of the overdue invoice INV-0024417, please.", "copy"),
        ("", "INV-0024417 shows an old VAT number.", "payment"),
        ("", "Have you changed your bank details?", "payment"),
        ("", "When will the referral fee be paid?", "payment"),
        ("", "Please fill in our vendor registration form.", "vendor_form"),
        ("", "We need your W-8BEN-E for our records.", "tax_form"),
        ("vendor_form", "Could you complete this for our purchasing?", "vendor_form"),
        ("rebate", "Any news for Q3?", "payment"),
    ],
)
def test_what_it_is_about(cast: object, opened: OpenTicket, topic: str, text: str, about: str) -> None:
    ticket = opened(kind="general" if topic else "invoice", topic=topic, subject="A question", body=text)
    sources = [Source(name="mail", pages=(text,), kind="mail")]
    assert matters.about_of(ticket, sources) == about


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("INV-0024417", "inv 24417", True),
        ("INV-0024417", "24417", True),
        ("INV-0024417", "INV-0024418", False),
        ("INV-0024417", "INV-124417", False),
        ("2026/11-7", "2026 11 7", True),
        ("", "", False),
    ],
)
def test_numbers_are_the_same_however_written(one: str, other: str, same: bool) -> None:
    assert ranking.same_number(one, other) is same


def test_what_was_found_survives_its_row() -> None:
    row = finding.Found(
        id="a0I", number="INV-1", account="001", account_name="Koru", opportunity="", opportunity_name="", partner="",
        date=date(2026, 10, 3), due=None, amount="24480.5", status="Posted", won_on=None, score=100, exact=True,
        because=("The number is the same.",),
    )  # fmt: skip
    assert finding.of_json(row.as_json()) == row
    assert row.line() == "INV-1 of 3 Oct 2026, 24,480.50"
    assert replace(row, currency="EUR").line() == "INV-1 of 3 Oct 2026, EUR 24,480.50"
