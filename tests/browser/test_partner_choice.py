"""Correcting a ticket's partner by keyboard, in every width and theme (issue C)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from partners.contacts import contact_for
from partners.models import Account, AccountDomain, Contact
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast
from tests.tickets.conftest import opened  # noqa: F401 - a fixture
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]
Open = Callable[..., Ticket]


@pytest.fixture
def ticket(cast: Cast, opened: Open, page: Page, sign_in: SignIn) -> Ticket:  # noqa: F811
    """Of somebody two partners may be meant by, before Nadia."""
    Account.objects.update(website_domain="both.example")
    made = opened(kind="loa", requester=contact_for("zoe@both.example", name="Zoë Laurent"), fields={"company": "BP"})
    assert made.partner is None
    sign_in(cast.nadia.email)
    page.goto(f"/tickets/{made.reference}/")
    return made


def test_by_keyboard_with_the_company_remembered_and_undone(page: Page, ticket: Ticket, cast: Cast) -> None:
    card = page.locator(".partner-card")
    expect(card).to_contain_text("the website of Northwind DevOps GmbH")
    page.keyboard.press("p")
    search = page.get_by_role("searchbox", name="Name of the partner")
    expect(search).to_be_focused()
    page.keyboard.type("blupeak sistems")
    choice = page.locator("#partner-choices button")
    expect(choice).to_have_count(1)
    for _step in range(3):
        page.keyboard.press("Tab")
    company = page.locator("#partner-menu [name=remember_name]")
    expect(company).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(choice).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text(f"{ticket.reference} is about Bluepeak Systems Inc")
    expect(card.get_by_role("heading", name="Bluepeak Systems Inc.")).to_be_visible()
    expect(card).to_contain_text("Nadia Okafor chose it")
    assert Contact.objects.get(email="zoe@both.example").account_said_by == cast.nadia
    assert cast.bluepeak.other_names.get().name == "bp"
    page.locator(".toast [data-key=u]").wait_for()
    page.keyboard.press("u")
    expect(page.locator(".toast")).to_contain_text("is as it was before")
    expect(card).to_contain_text("It may be one of these")
    assert Contact.objects.get(email="zoe@both.example").account_said_by is None
    assert not AccountDomain.objects.filter(domain="both.example").exists()


def test_candidates_look_right_and_are_accessible(
    page: Page,
    ticket: Ticket,
    theme: Callable[[str], None],
    assert_accessible: Check,
    assert_readable_in_the_other_theme: Check,
    assert_no_sideways_scroll: Check,
) -> None:
    theme("light")
    for width, (wide, high) in WIDTHS.items():
        page.set_viewport_size({"width": wide, "height": high})
        page.reload()
        if width == "phone":
            page.get_by_text("Partner", exact=True).first.click()
        page.locator(".partner-card [popovertarget]").click()
        expect(page.locator("#partner-choices button")).to_have_count(2)
        assert_no_sideways_scroll(page)
        assert_accessible(page)
        assert_readable_in_the_other_theme(page)
