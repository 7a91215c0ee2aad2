"""The pages around partners and vendors at three widths: nothing fails axe, nothing is wider than the screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from integrations.models import Call, ErrorClass, ExternalAction, Vendor
from partners.models import Account
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast
from web import memory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]

LONG = "株式会社日本グローバルソリューションズ・ホールディングス・パートナーズ東日本統括本部"


@pytest.fixture
def desk(cast: Cast, page: Page, sign_in: SignIn) -> Cast:
    """A vendor that failed, a write that was refused in many words, and the lead before them."""
    Call.objects.create(
        vendor=Vendor.SALESFORCE, operation="query Account", error_class=ErrorClass.BUSY, milliseconds=9
    )
    ExternalAction.objects.create(
        key="close:1",
        vendor=Vendor.SALESFORCE,
        operation="salesforce.close_deal",
        payload={},
        about="PHD-1042",
        state=ExternalAction.State.REFUSED,
        finished=timezone.now(),
        last_error="A registration that is not approved cannot be closed as won. Ask Partner Operations to approve it.",
    )
    memory.forget_all()
    sign_in(cast.lena.email)
    return cast


@pytest.mark.parametrize(
    ("width", "colours", "names"),
    [
        ("desktop", "light", ("changes", "vendors")),
        ("tablet", "dark", ("import", "gone")),
        ("phone", "light", ("certification", "requirements", "vendors")),
    ],
)
def test_looks_right_and_is_accessible(
    desk: Cast,
    page: Page,
    theme: Callable[[str], None],
    picture: Callable[[str], None],
    assert_accessible: Check,
    assert_no_sideways_scroll: Check,
    width: str,
    colours: str,
    names: tuple[str, ...],
) -> None:
    """Lists that scroll are reached by the keyboard, and a button that is only an icon has a name."""
    theme(colours)
    page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
    addresses = {
        "vendors": "/settings/vendors/",
        "requirements": "/settings/requirements/",
        "certification": "/certification/",
        "import": "/certification/import/",
        "changes": "/partners/changes/",
        "gone": f"/partners/{Account.objects.create(name=LONG, deleted=timezone.now()).pk}/",
    }
    for name in names:
        page.goto(addresses[name])
        picture(f"{name}-{width}-{colours}")
        assert_accessible(page)
        assert_no_sideways_scroll(page)


def test_the_rail_keeps_its_foot_on_a_low_screen_and_says_what_is_wrong(desk: Cast, page: Page) -> None:
    """F-08: the state of the vendors stands on every page, at the rail and behind "More"."""
    page.set_viewport_size({"width": 1024, "height": 480})
    page.goto("/settings/profile/")
    vendors = page.locator(".rail-foot").get_by_role("link", name="Vendors")
    expect(vendors).to_have_attribute("title", "The last call to Salesforce failed: not available.")
    expect(vendors).to_be_in_viewport(ratio=1)
    expect(page.locator(".rail .avatar-button")).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 390, "height": 844})
    more = page.locator(".bottom-bar").get_by_role("button", name="More")
    expect(more).to_contain_text("The last call to Salesforce failed: not available.")
    more.click()
    page.locator("#me").get_by_role("link", name="Vendors").click()
    expect(page.locator("h1")).to_have_text("Salesforce and DocuSign")
