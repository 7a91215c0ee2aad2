"""The register of NFR licences by keyboard, and its pages under axe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from nfr.models import Licence
from nfr.register import writing
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_register_by_keyboard(
    page: Page,
    sign_in: SignIn,
    theme: Callable[[str], None],
    assert_accessible: Check,
    assert_readable_in_the_other_theme: Check,
    assert_no_sideways_scroll: Check,
    cast: Cast,
    handbook: None,
) -> None:
    today = timezone.localdate()
    for account, namespace, used in ((cast.bluepeak, "bluepeak-labs", (8, 13)), (cast.northwind, "northwind", ())):
        one = writing.grant(
            None, account=account, type="saas", tier="ultimate", seats=10, namespace=namespace, by=cast.nadia,
            starts=today - timedelta(days=90), ends=today + timedelta(days=20),
        )  # fmt: skip
        for days, number in zip((40, 3), used, strict=False):
            at = timezone.now() - timedelta(days=days)
            writing.count_seats(one, number, source="support", by=cast.nadia, at=at)
    over = Licence.objects.get(namespace="bluepeak-labs")
    theme("light")
    sign_in(cast.nadia.email)
    page.goto("/queue/")
    page.keyboard.press("g")
    page.keyboard.press("n")
    expect(page).to_have_url("/nfr/")
    expect(page.get_by_text("3 too many")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("bluepeak")
    expect(page.get_by_role("row")).to_have_count(2)  # the head and one, without another page
    expect(page.get_by_role("searchbox")).to_be_focused()
    for address, size in {
        "/nfr/": "phone", f"/nfr/{over.pk}/": "desktop", "/nfr/new/": "phone", "/nfr/import/": "desktop",
        "/settings/nfr/": "phone",
    }.items():  # fmt: skip
        width, height = WIDTHS[size]
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address)
        assert_accessible(page)
        assert_readable_in_the_other_theme(page)
        page.set_viewport_size({"width": WIDTHS["phone"][0], "height": height})
        assert_no_sideways_scroll(page)
    page.goto(f"/nfr/{over.pk}/")
    page.keyboard.press("e")
    expect(page.get_by_role("heading", level=1)).to_have_text("Correct a licence")
    page.get_by_label("Seats granted").fill("9")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(f"/nfr/{over.pk}/")
    expect(page.get_by_text("4 too many")).to_be_visible()
