"""What changed in Salesforce, in the browser: it moves while somebody pulls, comes to rest, and axe finds nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from partners import sync_running
from partners.models import SyncRun
from people.models import User
from people.roles import Role
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import PASSWORD
from tests.partners.feed import OwnFeed, sfid

pytestmark = pytest.mark.django_db(transaction=True)
ACME = sfid("001", 1)


def test_a_pull_is_asked_for_watched_and_read(
    page: Page, handbook: None, sign_in: SignIn, assert_accessible: Check, assert_no_sideways_scroll: Check
) -> None:
    """F-08: by the keyboard alone; the page shows what came without being loaded by hand."""
    User.objects.create_user("lena@desk.example.com", PASSWORD, name="Lena Brandt", role=Role.LEAD)
    feed = OwnFeed()
    feed.put("Account", ACME, type="Partner", name="Acme GmbH", partner_status="Authorized")
    sync_running.run(SyncRun.objects.create(state=SyncRun.State.WAITING).pk, feed=feed)
    feed.put("Account", ACME, partner_status="Former")
    sign_in("lena@desk.example.com")
    page.goto("/partners/changes/")
    page.get_by_role("button", name="Refresh now").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("progressbar", name="Rows read")).to_be_visible()
    for width, height in WIDTHS.values():
        page.set_viewport_size({"width": width, "height": height})
        assert_no_sideways_scroll(page)
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    asked = SyncRun.objects.get(state=SyncRun.State.WAITING)
    sync_running.run(asked.pk, feed=feed)
    expect(page.locator(".came ins")).to_have_text("Former")
    expect(page.get_by_role("progressbar")).to_have_count(0)
    assert_accessible(page)
