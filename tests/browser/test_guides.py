"""The seats of a licence, from Support's word to the partner's: what the desk sends, and the guide it links to."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from nfr.models import LicenceRequest
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast
from tests.nfr.issuing import worked
from tests.nfr.topic_play import from_support, licence_of
from tests.tickets.conftest import OpenTicket, opened
from tickets.models import Ticket
from tickets.models.message import Visibility

__all__ = ["opened"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]
LINK = re.compile(re.escape(settings.PUBLIC_URL) + r"(/guides/nfr/seats/\S+/)")


def test_a_partner_reduces_the_seats_with_the_guide(
    page: Page,
    cast: Cast,
    opened: OpenTicket,
    sign_in: SignIn,
    assert_accessible: Check,
    assert_readable_in_the_other_theme: Check,
    assert_no_sideways_scroll: Check,
    picture: Callable[[str], None],
) -> None:
    licence_of(cast)
    ticket = from_support(opened, cast)
    sign_in(cast.nadia.email)
    link = is_sent_the_link(page, ticket)
    page.context.clear_cookies()
    page.goto(link)
    expect(page.get_by_role("img", name="13 of 10 seats are in use, 3 too many.")).to_be_visible()
    assert_accessible(page)
    assert_readable_in_the_other_theme(page)
    picture("guide-seats")
    does_the_steps(page)
    page.set_viewport_size({"width": WIDTHS["phone"][0], "height": WIDTHS["phone"][1]})
    assert_no_sideways_scroll(page)
    picture("guide-seats-phone")
    page.get_by_label("In use now").fill("9")
    page.get_by_role("button", name="I have reduced the seats").click()
    expect(page.locator("#tell")).to_contain_text("You told us today")
    page.set_viewport_size({"width": WIDTHS["desktop"][0], "height": WIDTHS["desktop"][1]})
    assert worked(ticket)["reduced"] == "done"
    sign_in(cast.nadia.email)
    page.goto(f"/tickets/{ticket.reference}/")
    expect(page.locator("#step-reduced")).to_contain_text("that the seats are reduced")
    expect(page.locator(".nfr-guided")).to_contain_text("1 of 4 ticked")
    expect(page.locator(".nfr-guided li")).to_have_text("Open the Seats tab and see who needs no seat")
    expect(page.locator("article").filter(has_text="9 seats are in use now")).to_contain_text("Omar Reyes")
    goes_on_with_support(page, ticket)
    page.context.clear_cookies()
    page.goto(link)
    expect(page.locator(".guide-seats")).to_contain_text("This is settled.")
    expect(page.get_by_role("button", name="I have reduced the seats")).to_have_count(0)


def goes_on_with_support(page: Page, ticket: Ticket) -> None:
    """What the partner said goes into Support's ticket, whose number is there; Support's answer goes to the partner."""
    update = page.locator("#step-update")
    expect(update).to_contain_text("The partner has confirmed that the seats are reduced")
    expect(update.get_by_label("Number of Support's ticket")).to_have_value("412345")
    update.get_by_role("button", name="It stands in Support's ticket").click()
    expect(page.locator("#step-support")).to_contain_text("Support has to answer in their ticket 412345.")
    answer = page.locator("#step-support")
    answer.get_by_text("Say it yourself").click()
    answer.get_by_label("It is in order").check()
    answer.get_by_label("In their words").fill("Renewed until December.")
    answer.get_by_role("button", name="Keep what Support says").click()
    expect(page.locator("#step-support")).to_contain_text("Support has gone on.")
    worked(ticket)
    page.reload()
    expect(page.locator("textarea[name=body]").first).to_have_value(re.compile("answered: Renewed until December"))
    page.get_by_role("button", name="Send", exact=False).first.click()
    expect(page.locator("article").filter(has_text="Nothing more is to be done by you")).to_be_visible()
    assert worked(ticket)["resolve"] == "done"


def is_sent_the_link(page: Page, ticket: Ticket) -> str:
    """As a specialist sends it: the draft stands in the composer, with the numbers and the link."""
    page.goto(f"/tickets/{ticket.reference}/")
    expect(page.locator("textarea[name=body]").first).to_have_value(re.compile("13 are in use"))
    page.get_by_role("button", name="Send", exact=False).first.click()
    expect(page.locator("article").filter(has_text="Step by step, with your numbers")).to_be_visible()
    worked(ticket)
    said = ticket.messages.filter(visibility=Visibility.REPLY).get()
    assert said.to[0]["address"] == "omar@bluepeak.example.com"
    found = LINK.search(said.body)
    assert found is not None, said.body
    return found[1]


def does_the_steps(page: Page) -> None:
    """By the button of the step, by its disc, and back; nothing is loaded anew, and it is kept."""
    page.evaluate("window.stays = true")
    expect(page.get_by_role("link", name="Open Seats for bluepeak-labs")).to_have_attribute(
        "href", "https://gitlab.com/groups/bluepeak-labs/-/usage_quotas#seats-quota-tab"
    )
    page.get_by_role("button", name="Done", exact=True).click()
    says_done(page, 1)
    expect(page.locator("#open").get_by_role("button", name="Done", exact=True)).to_be_focused()
    page.get_by_role("button", name="Step 2, Open the Seats tab and find three people: done").press("Enter")
    says_done(page, 2)
    page.get_by_role("button", name="Step 1, Know what counts: done").click()
    says_done(page, 1)
    expect(page.locator("[aria-current=step]")).to_contain_text("Know what counts")
    assert page.evaluate("window.stays") is True
    page.reload()
    says_done(page, 1)
    assert LicenceRequest.objects.get().guide_done == ["seats.open"]


def says_done(page: Page, number: int) -> None:
    expect(page.locator(".guide-done")).to_contain_text(f"{number} of 4 done")
    expect(page.locator(".htmx-added")).to_have_count(0)  # settled: from here a press is htmx's


def test_a_stranger_is_led_to_the_guide_that_fits(page: Page, assert_accessible: Check) -> None:
    page.goto("/request/?kind=nfr-licence")
    offer = page.get_by_role("link", name="See which version you have")
    expect(offer).to_be_visible()
    assert_accessible(page)
    needs = page.get_by_role("combobox", name="What you need")
    needs.select_option("new")
    expect(offer).to_be_hidden()
    needs.select_option("seats")
    expect(offer).to_be_hidden()
    needs.select_option("version")
    offer.click()
    page.get_by_role("textbox", name="Your group").fill("~jane")
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("textbox", name="Your group")).to_be_focused()
    expect(page.locator("#namespace-error")).to_contain_text("a person's own namespace")
    page.get_by_role("textbox", name="Your group").fill("https://gitlab.com/acme/emea")
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("link", name="Open Billing for acme")).to_have_attribute(
        "href", "https://gitlab.com/groups/acme/-/billings"
    )
    expect(page.get_by_role("link", name="Open Billing for acme")).to_be_focused()
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.locator(".guide-done")).to_contain_text("1 of 3 done")
    page.goto("/guides/nfr/version/")
    expect(page.locator(".guide-done")).to_contain_text("1 of 3 done")
    assert_accessible(page)
    for path in ("/guides/", "/guides/nfr/", "/guides/nfr/minutes/"):
        page.goto(path)
        assert_accessible(page)
