"""What is taken from a text, and what is only offered: a wrong value is worse than none."""

from __future__ import annotations

from typing import Any

import pytest

from documents.papers import Source
from partners.models import Account
from service_attach import reading, signatures, values
from tickets.models import Ticket

NAMES = "Partner Name: Northwind DevOps GmbH\nCustomer Name: Havelland Klinik AG\n"
COLUMNS = (
    "Signed for the customer: R. Delgado\tSigned for the partner: S. Gupta\nDate: 2 October 2026\tDate: 1 October 2026"
)
TWO_PARTS = (
    "For the Partner\tFor the Customer\nSignature: /s/ Kat Vogel\tSignature: ________\nDate: 17 Nov 2026\tDate: ____"
)
ROWS = "Party\tSignature\tDate\nCustomer\t/s/ Ute Lorenz\t2026-11-18\nPartner\t/s/ Kat Vogel\t2026-11-16"
BLOCKS = "{0}\nBy: /s/ Ute Lorenz\nName: Ute Lorenz\nDate: 18 November 2026\n\n{1}\nBy: ____________\nDate: ______"
TASKS = "Task\tStart date\tEnd date\nLook\t2026-11-02\t2026-11-20\nMove\t2026-11-23\t2027-01-20"
CALLED = "between Havelland Klinik AG, in Potsdam (“Customer”), and Northwind DevOps GmbH (“Partner”)."


def taken(text: str, name: str, *, partner: str = "", **more: Any) -> Any:
    """As a proof would have it of one document; None where nothing is taken."""
    source = Source(name="sow.pdf", pages=(text,), **more)
    ticket = Ticket(partner=Account(name=partner) if partner else None)
    found = values.every([source], ticket, since=None)[name]
    return next((one["value"] for one in found if one["sure"] >= reading.TAKEN), None)


@pytest.mark.parametrize(
    ("text", "signed", "on"),
    [
        (COLUMNS, True, "2026-10-02"),
        (COLUMNS.replace("\t", "\n"), True, None),
        (TWO_PARTS, None, None),  # only the partner has
        (ROWS, True, "2026-11-18"),
        (BLOCKS.format("CUSTOMER", "PARTNER"), True, "2026-11-18"),
        (BLOCKS.format("PARTNER", "CUSTOMER"), None, None),
        ("To be signed by the Customer before work begins.\nMust be signed by Both Parties.", None, None),
        ("Signature: [signature]\nCustomer signature: pending\nSigned by: Name", None, None),
        ("Auftraggeber\nFirma: Havelland Klinik AG\nDatum: 18.11.2026", None, None),  # a company, in German
        ("Sign this with Adobe Sign.\nAdobe Sign is free for you.", None, None),
        ("Unterschrift des Kunden: Dr. Ute Lorenz\nDatum: 18.11.2026", True, "2026-11-18"),
        ("Signé par : Claire Dubois (Client)\nFait à Lyon, le 12 novembre 2026", True, "2026-11-12"),
        ("署名：山田 太郎\n署名日：2026年11月18日", True, "2026-11-18"),  # noqa: RUF001 - as it is written there
        ("Invoice\nDate: 18 November 2026\nTotal: EUR 48,000", None, None),
        ("Date de début : 3 novembre 2026", None, None),
    ],
)
def test_who_has_signed_and_when(text: str, signed: bool | None, on: str | None) -> None:
    assert (taken(text, "signed"), taken(text, "signed_on")) == (signed, on)


def test_a_digital_signature_is_one() -> None:
    assert taken("A statement of work", "signed", signed=("2026-11-17", "2026-11-18")) is True
    assert taken("A statement of work", "signed_on", signed=("2026-11-17", "2026-11-18")) == "2026-11-18"
    [one] = signatures.found([Source(name="sow.pdf", pages=("",), signed=("",))])
    assert (one.quote, one.sure) == ("One digital signature", signatures.ONE_SIDE)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Customer\tHavelland Klinik AG, Potsdam", "customer_name", "Havelland Klinik AG"),
        ("Customer Name: <Customer>", "customer_name", None),
        ("1. Customer Responsibilities\nThe customer will name a lead.", "customer_name", None),
        ("2. Partner\nThe partner delivers on site.", "partner_name", None),
        ("Customer No: 7781234", "customer_name", None),
        (f"Made {CALLED} Customer: shall mean the one above.", "customer_name", "Havelland Klinik AG"),
        (f"Made {CALLED}", "partner_name", "Northwind DevOps GmbH"),
        ("Contract C-0012345, invoice GL-0012345", "deal_id", None),
        (TASKS, "services_start", "2026-11-02"),
        (TASKS, "services_end", "2027-01-20"),
    ],
)
def test_which_value_stands_there(text: str, name: str, value: str | None) -> None:
    assert taken(text, name) == value


def test_the_tickets_partner_is_the_partner_wherever_it_stands() -> None:
    text = "Made between Havelland Klinik AG and Northwind DevOps GmbH."
    assert taken(text, "customer_name", partner="Northwind DevOps GmbH") == "Havelland Klinik AG"
    assert taken(text, "partner_name", partner="Northwind DevOps GmbH") == "Northwind DevOps GmbH"


def test_two_names_for_one_thing_are_marked() -> None:
    source = Source(name="sow.pdf", pages=(NAMES + "Customer Name: Lumen Retail Ltd",))
    found = values.every([source], Ticket(), since=None)
    assert [one["sure"] < reading.SURE for one in found["customer_name"]] == [True, True]
    assert found["partner_name"][0]["sure"] > reading.SURE


@pytest.mark.parametrize(
    ("name", "value"), [("SOW Havelland GL-0048213 signed", "GL-0048213"), ("IMG-20261118", None), ("SCAN00012", None)]
)
def test_the_name_of_a_file_says_it_too(name: str, value: str | None) -> None:
    assert taken(name, "deal_id", kind="name") == value
