"""Partners in a browser: keyboard, search and filters without a reload, teaching a domain, widths and themes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from partners.models import Account, AccountDomain, Contact, Invoice
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast
from tests.partners.pages.conftest import opened  # noqa: F401 - a fixture
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]


@pytest.fixture
def desk(cast: Cast, opened: Callable[..., Ticket], page: Page, sign_in: SignIn) -> Cast:  # noqa: F811
    """Partners with awkward names, one with something of everything, and Nadia before them."""
    Account.objects.create(name="O'Brien & Söhne GmbH", partner_status="Authorized", track="Select")
    Account.objects.create(name="株式会社さくらソフト", partner_status="Pending")
    Account.objects.filter(pk=cast.northwind.pk).update(
        partner_status="Denied", owner_name="Somebody Else", contracted_territories=["Germany", "Austria"]
    )
    opened(subject="A request with a subject that is longer than any column can hold it on one line of a screen")
    Ticket.objects.filter(pk=opened(subject="A letter").pk).update(kind="loa")
    Contact.objects.create(name="Gone Away", email="gone@northwind.example.com", account=cast.northwind, active=False)
    Invoice.objects.create(salesforce_id="a1", account=cast.northwind, number="INV-0001", date=timezone.localdate())
    sign_in(cast.nadia.email)
    page.goto("/partners/")
    return cast


@pytest.mark.parametrize(("width", "colours"), [("desktop", "light"), ("tablet", "dark"), ("phone", "light")])
def test_looks_right_and_is_accessible(
    desk: Cast,
    page: Page,
    theme: Callable[[str], None],
    picture: Callable[[str], None],
    assert_accessible: Check,
    assert_no_sideways_scroll: Check,
    width: str,
    colours: str,
) -> None:
    theme(colours)
    page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
    for address, name in (
        ("/partners/?track=Select&track=Open", "partners"),
        (f"/partners/{desk.northwind.pk}/", "partner"),
        (f"/partners/{desk.northwind.pk}/people/", "people"),
    ):
        page.goto(address)
        picture(f"{name}-{width}-{colours}")
        assert_accessible(page)
        assert_no_sideways_scroll(page)


def test_the_keyboard_walks_the_list_and_opens_a_partner(desk: Cast, page: Page) -> None:
    """J and K move, Enter opens, F searches, G then P comes back."""
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    expect(page.locator(".queue-row:focus-within .queue-link")).to_have_text("Northwind DevOps GmbH")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/partners/{desk.northwind.pk}/$"))
    expect(page.locator("h1")).to_have_text("Northwind DevOps GmbH")
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page).to_have_url(re.compile(r"/partners/$"))
    page.keyboard.press("f")
    page.keyboard.type("sohne")
    expect(page.locator(".queue-link")).to_have_text(["O'Brien & Söhne GmbH"])
    expect(page).to_have_url(re.compile(r"q=sohne"))
    page.get_by_role("button", name="Track").click()
    page.get_by_role("link", name="Open", exact=True).click()
    expect(page.locator(".empty")).to_contain_text("No partner matches")
    assert "q=sohne" in page.url  # the filter keeps the words


def test_the_palette_leads_to_a_partner(desk: Cast, page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("さくら")
    page.get_by_role("option", name="株式会社さくらソフト").click()
    expect(page.locator("h1")).to_have_text("株式会社さくらソフト")


def test_cards_change_in_place(desk: Cast, page: Page) -> None:
    """A family of tickets, the reasons of a gate, a domain taught, refused and undone: without leaving the page."""
    page.goto(f"/partners/{desk.northwind.pk}/")
    tickets = page.locator("#panel-tickets")
    tickets.get_by_role("link", name="Letters").click()
    expect(tickets.locator(".account-ticket-link")).to_have_text(["A letter"])
    gate = page.locator(".gate").first
    gate.locator("summary").click()
    expect(gate.locator(".gate-more")).to_be_visible()
    known = page.locator("#panel-known")
    for domain, refused in (("gmail.com", True), ("north.example", False)):
        known.get_by_role("button", name="Add a mail domain").click()
        known.get_by_label("Mail domain", exact=True).fill(domain)
        page.keyboard.press("Enter")
        if refused:
            expect(known.get_by_role("alert")).to_contain_text("Nothing was changed.")
    expect(known).to_contain_text("north.example")
    assert AccountDomain.objects.get(domain="north.example").said_by == desk.nadia
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Remove north.example")).to_have_count(0)
    assert not AccountDomain.objects.filter(domain="north.example").exists()


def test_older_entries_join_the_timeline(desk: Cast, page: Page) -> None:
    one = Ticket.objects.first()
    assert one is not None
    Ticket.objects.bulk_create(
        [
            Ticket(
                kind="general",
                subject=f"Request {n}",
                requester=desk.katrin,
                partner=desk.northwind,
                channel=one.channel,
                created=one.created - timedelta(days=n + 1),
            )
            for n in range(30)
        ]
    )
    page.goto(f"/partners/{desk.northwind.pk}/")
    entries = page.locator("#panel-timeline .account-entry")
    expect(entries).to_have_count(15)
    page.get_by_role("link", name="Older").click()
    expect(entries).to_have_count(30)
    page.get_by_role("link", name="Older").click()
    expect(entries).to_have_count(32)


def test_the_queue_leads_to_the_partner(desk: Cast, page: Page) -> None:
    page.goto("/queue/all/")
    page.locator(".queue-account").first.click()
    expect(page).to_have_url(re.compile(rf"/partners/{desk.northwind.pk}/$"))
