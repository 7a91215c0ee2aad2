"""Values beside their labels: on one line, on two, in cells, under heads, in sentences; and what is no value."""

# ruff: noqa: RUF001 - signs of other scripts are the point here

from __future__ import annotations

import re

import pytest

from documents.papers import Source, beside
from documents.papers import days as of_days
from documents.papers import money as of_money
from documents.papers.finding import each_value, labelled, matching

DEAL = re.compile(r"GL-\d+", re.IGNORECASE)
CUSTOMER = ("Customer", "Customer Name", "End customer", "Kunde")
OTHERS = ("Partner", "Deal ID", "Date", "Amount")


def source(*pages: str, **values: object) -> Source:
    return Source(name="po.pdf", pages=pages, address="/f/{page}/?words={words}", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "value", "sure"),
    [
        ("Customer: Havelland Klinik AG", "Havelland Klinik AG", 0.95),
        ("Customer-Name : Havelland Klinik AG", "Havelland Klinik AG", 0.95),
        ("2.1 Customer (end user): Havelland Klinik AG.", "Havelland Klinik AG", 0.95),
        ("**Customer:** Foo Ltd.", "Foo Ltd.", 0.95),
        ("Customer ........ Havelland", "Havelland", 0.95),
        ("Customer\tHavelland", "Havelland", 0.9),
        ("Customer | Havelland | 5", "Havelland", 0.9),
        ("Customer:\n\nHavelland Klinik AG", "Havelland Klinik AG", 0.8),
        ("Partner\tCustomer\tDate\nNorthwind\tHavelland\t2022-11-18", "Havelland", 0.85),
        ("Partner: Northwind   Customer: Havelland", "Havelland", 0.95),
        ("Partner: Northwind Customer: Havelland Date: 1", "Havelland", 0.8),
        ("This work is for the customer: Havelland AG, and others.", "Havelland AG", 0.8),
        ("We say that our customer is Havelland Klinik AG. It starts soon.", "Havelland Klinik AG", 0.7),
        ("Kunde：Havelland", "Havelland", 0.95),
        ("CUSTOMER Havelland Klinik", "Havelland Klinik", 0.5),
    ],
)
def test_a_value_stands_beside_its_label(text: str, value: str, sure: float) -> None:
    found = labelled([source(text)], CUSTOMER, others=OTHERS)
    assert [(one.value, round(one.sure, 2)) for one in found] == [(value, sure)]


@pytest.mark.parametrize(
    "text",
    [
        "Customer: ________",
        "Customer: [customer name]",
        "Customer: TBD",
        "Customer:",
        "Customer:\nDeal ID: GL-1",
        "Customer\tDeal ID",
        "Customer shall provide access to its systems at all times.",
        "The customer is responsible for its own network.",
        "Customers: many",
        "Customer: " + "word " * 60,
        "Partner\tCustomer\nNorthwind\tHavelland\tsomething more",
    ],
)
def test_what_is_no_value_is_not_found(text: str) -> None:
    assert labelled([source(text)], CUSTOMER, others=OTHERS) == []


def test_a_value_with_a_form_of_its_own_is_found_in_running_text() -> None:
    text = "Service Attach Deal ID (see portal): gl-0048213 / approved.\nOur deal id GL-7, as agreed."
    found = labelled([source(text)], ("Deal ID",), DEAL)
    assert [(one.value, one.label) for one in found] == [("gl-0048213", "Deal ID"), ("GL-7", "deal id")]
    assert labelled([source("Deal ID: pending, the old was GL-1" + " x" * 40)], ("Deal ID",), re.compile("GL-2")) == []


def test_several_rows_under_one_head_are_several_values() -> None:
    text = "Deal ID\tCustomer\nGL-1\tHavelland\nGL-2\tHavelland\nTotal\t2\t3"
    assert [one.value for one in labelled([source(text)], ("Deal ID",), DEAL)] == ["GL-1", "GL-2"]


def test_a_value_knows_where_it_stands() -> None:
    found = labelled([source("first", "Partner: Northwind\nDeal ID: GL-0048213 (approved)")], ("Deal ID",), DEAL)[0]
    assert found.as_json() == {
        "value": "GL-0048213",
        "source": "po.pdf, p. 2",
        "quote": "Deal ID: GL-0048213 (approved)",
        "sure": 0.95,
        "link": "/f/2/?words=GL-0048213",
        "page": 2,
    }
    assert found.source.pages[1][found.start : found.end] == "GL-0048213"


def test_what_a_program_recognised_and_names_of_files_are_less_sure() -> None:
    scan = source("Deal ID: GL-1", recognised=frozenset({1}))
    name = source("Deal ID: GL-1", kind="name")
    assert [round(one.sure, 2) for one in labelled([name, scan], ("Deal ID",), DEAL)] == [0.76, 0.57]


def test_what_several_sources_say_is_surer_than_each() -> None:
    sources = [source("GL-1"), source("our GL-1, not GL-2"), source("gl-1")]
    found = each_value(matching(sources, DEAL, sure=0.6))
    assert [(one.value, round(one.sure, 2)) for one in found] == [("GL-1", 0.9), ("GL-2", 0.6)]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("18 November 2022", ["2022-11-18"]),
        ("18. November 2022", ["2022-11-18"]),
        ("Nov 18, 2022", ["2022-11-18"]),
        ("18-Nov-22", ["2022-11-18"]),
        ("18.11.2022", ["2022-11-18"]),
        ("03.04.2022", ["2022-04-03"]),
        ("03/04/2022", ["2022-04-03", "2022-03-04"]),
        ("18/11/22", ["2022-11-18"]),
        ("11/18/2022", ["2022-11-18"]),
        ("2022年11月18日", ["2022-11-18"]),
        ("1er décembre 2022", ["2022-12-01"]),
        ("14 de noviembre de 2022", ["2022-11-14"]),
        ("31.02.2022", []),
        ("10.0.0.1 and Q-2022-11-18-A and GL-12-11-2022", []),
    ],
)
def test_a_day_is_read_or_said_to_be_one_of_two(text: str, days: list[str]) -> None:
    assert [day.isoformat() for one in of_days.find(text) for day in one.may_be] == days


def test_days_beside_a_label() -> None:
    sources = [source("Signed on: 18 November 2022\nStart date\t03/04/2022")]
    signed, start = of_days.labelled(sources, ("Signed on", "Start date"))
    assert (signed.value, signed.also, signed.sure) == ("2022-11-18", (), 0.95)
    assert (start.value, start.also, start.sure) == ("2022-04-03", ("2022-03-04",), 0.5)
    assert [one.value for one in of_days.anywhere(sources)] == ["2022-11-18", "2022-04-03"]


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("USD 12,345.67", "12345.67", "USD"),
        ("12.345,67 €", "12345.67", "EUR"),
        ("CHF 1'200.–", "1200", "CHF"),
        ("$80k", "80000", "USD"),
        ("¥1,200,000", "1200000", "JPY"),
        ("80 000,50 EUR", "80000.50", "EUR"),
        ("1.234 EUR", "1234", "EUR"),
    ],
)
def test_an_amount_is_read_as_it_is_written(text: str, value: str, currency: str) -> None:
    (found,) = of_money.find(text)
    assert (str(found.value), found.currency) == (value, currency)


def test_amounts_beside_a_label() -> None:
    found = of_money.labelled([source("Total: 80.000,00 EUR\nAmount due\t1.234")], ("Total", "Amount due"))
    assert [(one.value, one.unit, round(one.sure, 2)) for one in found] == [
        ("80000.00", "EUR", 0.95),
        ("1234.00", "", 0.6),
    ]
    assert of_money.find("12 months, 5 %, version 1.2, GL-100") == []
    assert [one.unit for one in of_money.anywhere([source("USD 5 or EUR 6")])] == ["USD", "EUR"]


def test_of_a_page_that_names_a_thing_without_end_the_first_are_taken() -> None:
    """Whoever reads is outside the cage: a hostile text costs no more than a long one."""
    assert len(labelled([source("Customer: Havelland\n" * 5_000)], CUSTOMER)) == beside.MOST_HITS
    assert labelled([source("Customer" + " " * 20_000 + "x " * 20_000)], CUSTOMER) == []
