"""Looking things up in the browser: resources, responses, the roster; axe finds nothing, in both themes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from people.models import User
from people.roles import Role
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = {
    "resources": "/resources/",
    "responses": "/responses/",
    "response": "/responses/redirect-quote/",
    "response-form": "/responses/redirect-quote/edit/",
    "roster": "/routing/roster/",
}


@pytest.fixture
def lena(handbook: None, sign_in: SignIn) -> User:
    """A lead who has signed in."""
    lead = User.objects.create_user("lena@desk.example.com", PASSWORD, name="Lena Brandt", role=Role.LEAD)
    sign_in(lead.email)
    return lead


def test_every_page_is_accessible_at_every_width(
    page: Page,
    lena: User,
    theme: Callable[[str], None],
    assert_accessible: Check,
    assert_readable_in_the_other_theme: Check,
    assert_no_sideways_scroll: Check,
    picture: Callable[[str], None],
) -> None:
    theme("light")
    for name, address in PAGES.items():
        page.goto(address)
        for screen, (width, height) in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            if screen != "tablet":
                assert_accessible(page)
            assert_no_sideways_scroll(page)
            picture(f"{name}-{screen}")
        assert_readable_in_the_other_theme(page)


def test_typing_narrows_the_list_and_the_address_follows(page: Page, lena: User) -> None:
    page.goto("/resources/")
    page.get_by_label("Find a link or a text").fill("nfr policy")
    expect(page.get_by_role("link", name="Deal Desk")).to_have_count(0)
    expect(page.get_by_role("link", name="NFR policy")).to_be_visible()
    expect(page).to_have_url(re.compile("q=nfr"))
    page.reload()
    expect(page.get_by_role("link", name="NFR policy")).to_be_visible()


def test_a_link_is_copied(page: Page, context: BrowserContext, lena: User) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/resources/?q=nfr policy")
    button = page.get_by_role("button", name="Copy the link of NFR policy")
    button.click()
    expect(button).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("#not-for-resale-nfr-program-and-policy")


def test_a_lead_takes_a_text_out_of_use_and_back(page: Page, lena: User) -> None:
    page.goto("/responses/invoice-sent/")
    page.get_by_role("button", name="Take out of use").click()
    expect(page.get_by_text("Invoice attached is out of use.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Invoice attached is in use again.")).to_be_visible()
    expect(page.get_by_role("button", name="Take out of use")).to_be_visible()
