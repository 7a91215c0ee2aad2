"""What an order says is read with its place, what is missing is named, and what a person typed stays."""

# ruff: noqa: RUF001 - words of other scripts are the point here

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest
from django.test import Client

from documents.papers import Source
from journal.record import events_of
from orders import attaching, complete, correcting, facts, facts_card, reading
from orders.models import OrderRequest
from tests.conftest import Cast
from tests.orders.rows import PURCHASE_ORDER, QUOTE_REQUEST, attach, order
from tests.tickets.conftest import OpenTicket
from tickets.models import Ticket
from tickets.page import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def slugs(request: OrderRequest) -> list[str]:
    return [one.slug for one in complete.missing(request)]


class TestValues:
    def test_an_order_with_its_document(self, cast: Cast) -> None:
        ticket = order()
        attach(ticket, PURCHASE_ORDER)
        read = reading.read(ticket)
        assert (read.po_no, read.quote_no, read.customer) == ("NW-4500123456", "Q-00048213", "Havelland Klinik AG")
        assert (read.amount, read.currency) == (Decimal("27360.00"), "USD")
        assert (read.start_date, read.end_date) == (date(2022, 12, 1), date(2023, 11, 30))
        assert (read.account, read.kind) == (cast.northwind, "purchase_order")
        assert slugs(read) == read.missing == []

    def test_each_value_says_where_it_stands(self) -> None:
        ticket = order()
        file = attach(ticket, PURCHASE_ORDER)
        fact = reading.read(ticket).facts["quote_no"][0]
        assert (fact["value"], fact["source"]) == ("Q-00048213", "NW-4500123456.pdf")
        assert "Quote Number: Q-00048213" in fact["quote"]
        assert fact["link"] == f"/tickets/{ticket.reference}/files/{file.pk}/pages/1/?words=Q-00048213"
        assert fact["sure"] >= 0.9

    def test_a_quote_request_in_the_mail(self) -> None:
        read = reading.read(order(QUOTE_REQUEST, subject="Quote request"))
        first = {name: rows[0]["value"] for name, rows in read.facts.items()}
        assert read.customer == "Acme Robotics GmbH & Co. KG"
        assert {name: first[name] for name in ("tier", "deployment", "seats", "years")} == {
            "tier": "Ultimate", "deployment": "self-managed", "seats": "50", "years": "3",
        }  # fmt: skip
        assert first["sold_to_email"] == "jane@acme-robotics.example.org"
        assert first["invoice_owner"] == "Elbe Distribution"
        assert read.start_date == date(2023, 3, 1)
        assert slugs(read) == []

    def test_what_the_form_asked_comes_first(self, opened: OpenTicket) -> None:
        fields = {"po_no": "4711", "customer": "Havelland", "company": "Northwind DevOps GmbH"}
        read = reading.read(opened(kind="purchase_order", body="PO 99881 was an older one.", fields=fields))
        assert (read.po_no, read.customer) == ("4711", "Havelland")
        assert read.facts["po_no"][0]["source"] == "the request form"

    @pytest.mark.parametrize(
        ("text", "column", "value"),
        [
            ("Bestellnummer: 4711-22\nEndkunde: Müller & Söhne KG", "customer", "Müller & Söhne KG"),
            ("Anbei Bestellung 4500017.\nGesamtbetrag: 12.345,67 EUR", "amount", Decimal("12345.67")),
            ("Numéro de commande : BC-2022-118\nClient final : Clinique du Lac", "po_no", "BC-2022-118"),
            ("注文番号： JP-2022-118\n最終顧客： 株式会社さくら", "customer", "株式会社さくら"),
            ("Orden de compra: OC-88123\nFecha de fin: 31/12/2023", "end_date", date(2023, 12, 31)),
        ],
    )
    def test_in_other_languages(self, text: str, column: str, value: object) -> None:
        assert getattr(reading.read(order(text, subject="PO")), column) == value

    def test_the_card_says_a_number_once(self, opened: OpenTicket) -> None:
        ticket = opened(kind="purchase_order", body="PO 4711.")
        request = reading.read(ticket)
        request.po_no = "4711"
        request.amount, request.currency = Decimal(79200), "USD"
        request.facts = {
            "po_no": [{"value": "4711"}, {"value": "PO 4711"}, {"value": "99881"}],
            "amount": [{"value": "79200.00"}, {"value": "76680.00"}],
        }
        request.save()
        card = facts_card.context(cast("Page", SimpleNamespace(ticket=ticket, may_work=False)))
        assert card is not None
        said = {row.name: (row.value, row.others) for row in card["rows"]}
        assert said == {"po_no": ("4711", ["99881"]), "amount": ("USD 79,200.00", ["76,680.00"])}

    @pytest.mark.parametrize(
        ("text", "name", "values"),
        [
            ("We need a quote for 120 seats.", "quote_no", []),
            ("Send a quote 120 users, premium.", "quote_no", []),
            ("Quote request, 1200 Ultimate", "quote_no", []),
            ("Please extend the quote until 31 December 2022.", "quote_no", []),
            ("The renewal quote for the same number of users (120)", "quote_no", []),
            ("Quote number 120 is ours.", "quote_no", ["120"]),
            ("Quote: 88123", "quote_no", ["88123"]),
            ("Quote\n88123", "quote_no", ["88123"]),
            ("Purchase Order date: 2022-11-21", "po_no", []),
            ("Purchase order dated 21 November 2022", "po_no", []),
            ("Bestellung vom 21.11.2022", "po_no", []),
            ("Status of order Q-0091822?", "po_no", []),
            ("Estado del pedido OC-88123", "po_no", ["OC-88123"]),
            ("L'ordine d'acquisto n. 2022/118 in allegato", "po_no", ["2022/118"]),
            ("When will our order 4500017 be shipped?", "po_no", ["4500017"]),
            ("Anbei Bestellung Nr. 4500017 zum Angebot", "po_no", ["4500017"]),
            ("For our customer Havelland Klinik AG. The start is soon.", "customer", ["Havelland Klinik AG"]),
            ("Customer: Havelland Klinik AG. The start is soon.", "customer", ["Havelland Klinik AG"]),
            ("Customer: Havelland Klinik AG, Hafenstr. 12, Potsdam", "customer", ["Havelland Klinik AG"]),
            ("Customer: Acme Robotics, Inc.", "customer", ["Acme Robotics, Inc."]),
            ("for our customer Acme Inc. Please quote", "customer", ["Acme Inc."]),
            ("pour notre client Clinique du Lac SA. La date", "customer", ["Clinique du Lac SA"]),
        ],
    )
    def test_a_value_ends_where_it_ends(self, text: str, name: str, values: list[str]) -> None:
        """Seats, days and years are no numbers, and the next sentence is no name."""
        found = facts.in_sources([Source(name="the mail", pages=(text,), kind="mail")])[name]
        assert [row["value"] for row in found] == values

    def test_an_order_named_in_two_ways_is_one(self) -> None:
        read = reading.read(order("How far are PO-4500017 and PO 4500018?", subject="Status of PO 4500017"))
        assert sorted(row["value"][-7:] for row in read.facts["po_no"]) == ["4500017", "4500018"]

    def test_a_day_with_two_readings_is_no_date(self) -> None:
        read = reading.read(order("Start date: 03/04/2023", subject="PO 4500123"))
        assert read.start_date is None
        assert read.facts["start_date"][0]["also"] == ["2023-03-04"]

    def test_partner_and_we_are_nobodys_customer(self) -> None:
        text = "Customer: Northwind DevOps GmbH\nCustomer: GitLab B.V.\nCustomer: Havelland Klinik AG"
        assert reading.read(order(text)).customer == "Havelland Klinik AG"

    def test_a_po_box_is_no_order(self) -> None:
        assert reading.read(order("Our address: P.O. Box 1234, Hamburg", subject="Order attached")).po_no == ""

    def test_reading_again_keeps_one_row(self) -> None:
        ticket = order()
        assert reading.read(ticket).pk == reading.read(ticket).pk == reading.of(ticket).pk  # type: ignore[union-attr]

    def test_a_file_nobody_can_read_says_nothing(self) -> None:
        ticket = order("Attached.\n", subject="Purchase order")
        attach(ticket, "", refused="It is locked with a password.")
        read = reading.read(ticket)
        assert (read.po_no, "pdf" in slugs(read)) == ("", True)


class TestMissing:
    def test_a_bare_order_lacks_almost_everything(self) -> None:
        read = reading.read(order("Please book our order.\n", subject="Purchase order"))
        assert slugs(read) == ["pdf", "po_no", "quote_no", "entity", "usd", "payment_terms", "line_items", "term"]
        assert complete.asking(complete.missing(read)).startswith("- the purchase order as a PDF")

    def test_a_signed_order_form_needs_the_quote_only(self) -> None:
        assert slugs(reading.read(order("The signed order form is attached.\n", subject="Our order"))) == ["quote_no"]

    def test_another_currency(self) -> None:
        ticket = order()
        attach(ticket, PURCHASE_ORDER.replace("$ ", "EUR ").replace("USD", "EUR"))
        assert slugs(reading.read(ticket)) == ["usd"]

    def test_a_renewal_needs_the_dashboard(self) -> None:
        ticket = order(QUOTE_REQUEST + "It is a renewal.", subject="Quote request")
        attach(ticket, "logo", name="logo.png", content_type="image/png", pasted=30_000)
        request = reading.read(ticket)
        assert (slugs(request), attaching.documents(ticket)) == (["dashboard"], [])
        attach(ticket, "seats", name="image001.png", content_type="image/png", pasted=60_000)
        assert slugs(reading.read(ticket)) == []
        assert [one.filename for one in attaching.documents(ticket)] == ["image001.png"]  # the seller gets it too
        assert attaching.certain(request) is None  # a picture in the text is no order before a person says so

    def test_what_was_quoted_before_is_known(self) -> None:
        assert slugs(reading.read(order("Please extend quote Q-0093880.\n", subject="Quote expired"))) == []

    def test_a_quote_cannot_mix(self) -> None:
        ticket = order(QUOTE_REQUEST + "And 10 seats of GitLab Premium.", subject="Quote request")
        assert slugs(reading.read(ticket)) == ["one_of_each"]

    def test_an_upgrade_names_two_tiers_and_mixes_none(self) -> None:
        text = QUOTE_REQUEST + "They upgrade from GitLab Premium to Ultimate."
        assert slugs(reading.read(order(text, subject="Quote request"))) == []

    @pytest.mark.parametrize(("text", "lacks"), [("Any news?", ["number"]), ("Any news about PO 4500123?", [])])
    def test_a_question_needs_something_to_find_it_by(self, text: str, lacks: list[str]) -> None:
        assert slugs(reading.read(order(text, subject="Status of our order"))) == lacks


class TestCorrecting:
    def test_a_typed_value_stays_with_who_typed_it(self, cast: Cast) -> None:
        ticket = order()
        read = reading.read(ticket)
        correcting.correct(read, {"customer": "Havelland Klinik AG", "seats": "120"}, by=cast.nadia)
        attach(ticket, PURCHASE_ORDER.replace("Havelland Klinik AG", "Somebody Else Ltd"))
        again = reading.read(ticket)
        assert again.customer == "Havelland Klinik AG"
        assert again.facts["seats"][0]["value"] == "120"
        assert again.facts["customer"][0]["source"] == "typed by Nadia Okafor"
        event = events_of(ticket).get(verb="order corrected")
        assert (event.before, event.after) == (
            {"customer": "", "seats": ""}, {"customer": "Havelland Klinik AG", "seats": "120"},
        )  # fmt: skip

    def test_the_same_value_is_no_correction(self, cast: Cast) -> None:
        ticket = order()
        attach(ticket, PURCHASE_ORDER)
        read = reading.read(ticket)
        read_so: dict[str, correcting.Value] = {"po_no": read.po_no, "amount": Decimal(27360)}
        assert correcting.correct(read, read_so, by=cast.nadia).corrected == []
        assert not events_of(ticket).filter(verb="order corrected").exists()

    def test_an_emptied_value_is_missing_and_stays_empty(self, cast: Cast) -> None:
        ticket = order()
        attach(ticket, PURCHASE_ORDER)
        row = correcting.correct(reading.read(ticket), {"quote_no": "", "amount": None}, by=cast.nadia)
        assert (row.quote_no, row.amount, row.missing) == ("", None, ["quote_no"])
        assert reading.read(ticket).quote_no == ""


class TestPage:
    def card(self, client: Client, ticket: Ticket) -> str:
        page = client.get(f"/tickets/{ticket.reference}/").content.decode()
        return page.partition('aria-labelledby="card-order"')[2].partition("</section>")[0]

    def test_the_card_shows_values_and_what_is_missing(self, client: Client, cast: Cast) -> None:
        ticket = order()
        attach(ticket, PURCHASE_ORDER.replace("Q-00048213", ""))
        client.force_login(cast.nadia)
        assert self.card(client, ticket) == ""
        reading.read(ticket)
        card = self.card(client, ticket)
        for words in ("NW-4500123456", "Havelland Klinik AG", "USD 27,360.00", "1 Dec 2022", "Quote number"):
            assert words in card
        assert 'data-copy="- the number of the quote that is ordered"' in card

    def test_it_is_corrected_in_place(self, client: Client, cast: Cast) -> None:
        ticket = order()
        reading.read(ticket)
        client.force_login(cast.nadia)
        address = f"/orders/{ticket.reference}/facts/"
        assert client.post(address, {"customer": "Havelland", "seats": "12"}).status_code == 302
        assert "typed by Nadia Okafor" in self.card(client, ticket)
        assert "<ins>Havelland</ins>" in client.get(f"/tickets/{ticket.reference}/history/").content.decode()
        wrong = client.post(address, {"customer": "Kept", "amount": "a lot"})
        assert wrong.status_code == 422
        assert 'value="Kept"' in wrong.content.decode()
        assert OrderRequest.objects.get().customer == "Havelland"
        client.force_login(cast.sofia)
        assert client.post(address, {"customer": "Mine"}).status_code == 403
        assert "<form" not in self.card(client, ticket)

    def test_before_anything_was_read_there_is_nothing_to_correct(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.nadia)
        assert client.post(f"/orders/{order().reference}/facts/", {}).status_code == 404


@pytest.mark.parametrize("kind", ["purchase_order", "quote_request", "order_status"])
def test_the_request_form_says_first_who_really_does_it(client: Client, kind: str, handbook: None) -> None:
    page = client.get(f"/request/?kind={kind}").content.decode()
    form = page.partition('id="request"')[2]
    assert "What you send here, we pass on to them." in form
    assert "mailto:partnerorderops@gitlab.com" in form
    assert "#opportunity-requirements-to-request-a-quote" in form
    assert form.index("portal-checks") < form.index('name="customer"')
