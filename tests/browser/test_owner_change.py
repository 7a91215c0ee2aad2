"""A change of owner in a browser: territories follow the choice, the page follows the worker, nothing fails axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from partners.models import Account
from people.models import ChannelManager
from routing.models import Coverage, OwnershipChange
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast
from tests.routing.ownership_desk import MARIA, NORTHWIND, manager, mirrored, there, work
from tests.sandbox_desk import VendorSandbox

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_from_the_partner_to_what_salesforce_shows(
    sandbox: VendorSandbox,
    cast: Cast,
    page: Page,
    sign_in: SignIn,
    theme: Callable[[str], None],
    assert_accessible: Check,
    assert_no_sideways_scroll: Check,
) -> None:
    Account.objects.all().delete()
    ChannelManager.objects.filter(pk=cast.manager.pk).update(salesforce_id="0058dQx00000019ABA")
    maria = manager("Maria Henry", MARIA)
    Coverage.objects.create(
        section="emea", section_title="EMEA", area="DE", place="DE", manager=maria, valid_from="2022-11-01"
    )
    [northwind] = mirrored(NORTHWIND)
    sign_in(cast.nadia.email)
    page.goto(f"/partners/{northwind.pk}/")
    page.get_by_role("link", name="Change the owner").click()
    page.get_by_label("New account owner").select_option(label="Maria Henry")
    expect(page.get_by_text("marked: what Maria Henry looks after")).to_be_visible()
    page.get_by_label("Switzerland").uncheck()
    page.get_by_label("Why").fill("The area moved.")
    look(page, theme, assert_accessible, assert_no_sideways_scroll, width="phone", colours="dark")
    page.get_by_role("button", name="Show the preview").click()
    expect(page.get_by_role("heading", name="What Salesforce does by itself")).to_be_visible()
    look(page, theme, assert_accessible, assert_no_sideways_scroll, width="desktop", colours="light")
    page.get_by_role("button", name="Apply in Salesforce").click()
    expect(page.get_by_text("Running")).to_be_visible()
    work(OwnershipChange.objects.get())
    expect(page.get_by_text("the owner is Maria Henry")).to_be_visible()  # without a press
    expect(page.locator("#live[data-poll]")).to_have_count(0)
    look(page, theme, assert_accessible, assert_no_sideways_scroll, width="phone", colours="light")
    assert set(there(NORTHWIND).contracted_territories) == {"Germany", "Austria"}
    page.goto("/routing/changes/")
    look(page, theme, assert_accessible, assert_no_sideways_scroll, width="tablet", colours="dark")


def look(page: Page, theme: Callable[[str], None], *checks: Check, width: str, colours: str) -> None:
    size = dict(zip(("width", "height"), WIDTHS[width], strict=True))
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    theme(colours)
    for check in checks:
        check(page)
