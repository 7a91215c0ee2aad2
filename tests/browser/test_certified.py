"""The lists beside the dashboard and the picture of one partner, in a browser: by keyboard, on every width, for axe."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from partners import team
from partners.models import Account
from partners.team import Member
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast
from tests.partners.dashboards import dashboard

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]
ANN = Member("Ann Adler", "ann@northwind.example.com", "Germany", active=True, courses=("Sales Badged", "SA Verified"))


def test_who_is_one_short_and_who_is_there(
    page: Page,
    sign_in: SignIn,
    theme: Callable[[str], None],
    picture: Callable[[str], None],
    assert_accessible: Check,
    assert_no_sideways_scroll: Check,
    cast: Cast,
) -> None:
    """From the list by keyboard to the partner's bars, where each dot is said in words."""
    today, acme = timezone.localdate(), cast.northwind
    Account.objects.filter(pk=acme.pk).update(partner_status="Authorized", partner_type="Channel")
    dashboard(today - timedelta(days=40), {acme: True})
    dashboard(today, [(acme, False, {"Sales Core": 1, "Solution Architect Core": 1})])
    far = replace(ANN, name="Fay Far", email="fay@northwind.example.com", country="Japan")
    again = replace(ANN, email="ann@home.example")
    people = [ANN, far, again, replace(ANN, name="Lea Left", email="lea@northwind.example.com", active=False)]
    team.take(acme, people, as_of=today, by=None)
    sign_in(cast.nadia.email)
    page.goto("/certification/")
    page.get_by_role("link", name=re.compile("^One certificate short")).press("Enter")
    expect(page.get_by_role("row", name=re.compile(acme.name))).to_contain_text("1 of 2 so far")
    page.get_by_role("button", name="For Letter of authorization").press("Enter")
    page.get_by_role("link", name="Open level").press("Enter")
    expect(page).to_have_url(re.compile("gate=open"))
    for width, colours in (("desktop", "light"), ("phone", "dark")):
        theme(colours)
        page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
        for name in ("short", "newly-lost", "left"):
            page.goto(f"/certification/{name}/")
            picture(f"certified-{name}-{width}-{colours}")
            assert_accessible(page)
            assert_no_sideways_scroll(page)
        page.get_by_role("link", name=acme.name).press("Enter")
        expect(page.get_by_role("listitem").filter(has_text="Fay Far: is in another region").first).to_be_visible()
        picture(f"certified-partner-{width}-{colours}")
        assert_accessible(page)
        assert_no_sideways_scroll(page)
    page.emulate_media(media="print")
    sheet, ink = page.locator(".sheet"), "element => getComputedStyle(element).colorScheme"
    assert sheet.evaluate("element => element.clientWidth > 0.9 * innerWidth"), "the paper has room for the page"
    assert sheet.evaluate(ink) == "light"
