"""Who is the channel manager, in a browser: typed, answered in one pause, put into a reply, with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from journal.record import Actor
from partners.models import Account
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast
from tickets.actions import NewTicket, open_ticket
from tickets.models.ticket import Channel

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]


@pytest.fixture
def desk(cast: Cast, page: Page, sign_in: SignIn) -> Cast:
    Account.objects.filter(pk=cast.bluepeak.pk).update(country="US", subdivision="PA", owner_name="Somebody Else")
    cast.omar.refresh_from_db()
    sign_in(cast.nadia.email)
    return cast


def test_asked_and_answered_with_the_keyboard_alone(desk: Cast, page: Page) -> None:
    """From the queue: G O, type, choose what was meant, fill in what decides, copy; then the same from the ticket."""
    page.goto("/queue/")
    page.keyboard.press("g")
    page.keyboard.press("o")
    expect(page.locator("h1")).to_have_text("Who is the channel manager?")
    expect(page.locator(".ask-input")).to_be_focused()
    page.keyboard.type("bluepeak")
    expect(page.locator("#answer-title")).to_contain_text("Bluepeak Systems Inc.")
    expect(page.locator(".answer-candidates b")).to_have_text(["Jay Bahar", "Maria Henry"])
    expect(page.locator(".path .is-done .path-key")).to_have_text(["US-PA:eastern", "US-PA:western"])
    expect(page).to_have_url(re.compile(r"q=bluepeak"))
    field = page.get_by_label("Postal code", exact=True)
    for _step in range(12):
        page.keyboard.press("Tab")
        if field.evaluate("field => field === document.activeElement"):
            break
    page.keyboard.type("19103")
    page.keyboard.press("Enter")
    expect(page.locator(".answer-person b")).to_have_text("Jay Bahar")
    expect(page.locator(".path .is-done")).to_contain_text("Part of the state")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy answer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("Channel manager: Jay Bahar")


def test_the_answer_goes_into_the_open_composer(desk: Cast, page: Page) -> None:
    """Below what is written already, without leaving the page; the note joins the conversation."""
    Account.objects.filter(pk=desk.bluepeak.pk).update(postal_code="15222")
    desk.omar.refresh_from_db()
    new = NewTicket(kind="account_owner", subject="Who?", requester=desk.omar, body="Who is it?", channel=Channel.FORM)
    ticket = open_ticket(new, by=Actor("Omar"))
    page.goto(f"/tickets/{ticket.reference}/")
    page.keyboard.press("r")
    page.keyboard.type("Good morning!")
    page.get_by_role("button", name="Put in reply").focus()
    page.keyboard.press("Enter")
    text = page.locator("#text-reply")
    expect(text).to_have_value(re.compile(r"^Good morning!\n\nHello Omar,\n\nyour channel manager is Maria Henry\."))
    expect(page.locator("#compose-reply [data-response-tag]")).to_contain_text("Who your channel manager is")
    page.get_by_role("button", name="Add as note").click()
    expect(page.locator("#thread")).to_contain_text("Channel manager: Maria Henry")
    expect(text).to_have_value(re.compile("Maria Henry"))


@pytest.mark.parametrize(("width", "colours"), [("desktop", "light"), ("phone", "dark")])
def test_looks_right_and_is_accessible(
    desk: Cast,
    page: Page,
    theme: Callable[[str], None],
    picture: Callable[[str], None],
    assert_accessible: Check,
    assert_readable_in_the_other_theme: Check,
    assert_no_sideways_scroll: Check,
    width: str,
    colours: str,
) -> None:
    theme(colours)
    page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
    for name, address in {
        "routing": f"/routing/?account={desk.bluepeak.pk}",
        "routing-nobody": "/routing/?q=Wyoming",
    }.items():
        page.goto(address)
        if width == "phone":
            page.get_by_text("Show map").click()
        picture(f"{name}-{width}-{colours}")
        assert_accessible(page)
        assert_readable_in_the_other_theme(page)
        assert_no_sideways_scroll(page)
