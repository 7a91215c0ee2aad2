"""What a ticket was taken for, and what was read in it, corrected on the page (issue F)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from orders import reading
from tests.browser.conftest import Check, SignIn
from tests.conftest import Cast
from tests.orders.rows import PURCHASE_ORDER, attach, order
from tickets import rereading

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]


def test_evidence_values_and_a_correction_in_place(
    page: Page,
    cast: Cast,
    sign_in: SignIn,
    live_server: LiveServer,
    assert_accessible: Check,
    theme: Callable[[str], None],
) -> None:
    ticket = order("Our order, and the customer would like a quote for the second phase.\n", subject="Havelland")
    attach(ticket, PURCHASE_ORDER.replace("Net 30", ""))
    rereading.read_again(ticket)
    reading.read(ticket)
    sign_in(cast.nadia.email)
    page.goto(f"/tickets/{ticket.reference}/")
    taken, said = page.locator(".recognised"), page.locator(".order-facts")
    expect(taken.locator("mark").first).to_have_text("PURCHASE ORDER")
    expect(said).to_contain_text("USD 27,360.00")
    expect(said.locator(".order-missing")).to_contain_text("Payment terms")
    assert_accessible(page)
    theme("dark")
    assert_accessible(page)
    said.get_by_text("Correct what was read").click()
    page.get_by_label("Payment terms").fill("Net 45")
    page.get_by_label("Customer", exact=True).fill("Havelland Klinik")
    page.get_by_role("button", name="Keep these values").click()
    expect(said).to_contain_text("typed by Nadia Okafor")
    expect(said).to_contain_text("Nothing is missing.")
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".split-tabs label", has_text="Steps").click()
    taken.locator(".recognised-other", has_text="Quote request").click()
    expect(taken).to_have_count(0)
    expect(page.locator("#ticket-head")).to_contain_text("Quote request")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
