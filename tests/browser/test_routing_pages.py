"""The pages around the answer: nothing for axe to find, nothing wider than a phone, the chosen tab in sight."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)
PAGES: Final = (
    "/routing/audit/",
    "/routing/partner-rules/",
    "/routing/areas/",
    "/settings/channel-managers/",
    "/routing/changes/",
    "/routing/changes/upload/",
    "/routing/team/new/",
    "/tasks/",
    "/routing/team/",
    "/routing/corrections/",
)


def test_a_lead_reads_them_on_a_phone(
    page: Page,
    sign_in: SignIn,
    theme: Callable[[str], None],
    assert_accessible: Check,
    assert_no_sideways_scroll: Check,
    cast: Cast,
    handbook: None,
) -> None:
    theme("dark")
    sign_in(cast.lena.email)
    width, height = WIDTHS["phone"]
    page.set_viewport_size({"width": width, "height": height})
    for address in PAGES:
        page.goto(address)
        assert_accessible(page)
        assert_no_sideways_scroll(page)
    expect(page.locator(".sheet-tools [aria-current]")).to_be_in_viewport(ratio=1)  # Corrections, the last of the tabs


def test_a_finding_keeps_its_fix_in_sight_on_a_phone(page: Page, sign_in: SignIn, cast: Cast, handbook: None) -> None:
    sign_in(cast.lena.email)
    width, height = WIDTHS["phone"]
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/routing/")
    wyoming = page.locator("#coverage tr", has_text="Wyoming")
    wyoming.scroll_into_view_if_needed()
    expect(wyoming.get_by_role("link", name="Assign")).to_be_in_viewport(ratio=1)
