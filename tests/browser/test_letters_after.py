"""A letter's last part in a browser: the partner downloads it, the desk recalls it, a phone shows all of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from partners.models import Account
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast
from tests.loa.after_world import Stage, letter_of, request_of
from tickets import tracking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]


def test_downloaded_by_the_partner_recalled_by_the_desk(
    cast: Cast,
    page: Page,
    sign_in: SignIn,
    assert_accessible: Check,
    assert_no_sideways_scroll: Check,
    assert_readable_in_the_other_theme: Check,
) -> None:
    request = request_of(cast.katrin, stage=Stage.COMPLETED)
    letter_of(cast.northwind, dated=timezone.localdate() - timedelta(days=340), request=request)
    request_of(cast.katrin, envelope_id="ffff0000-1")
    Account.objects.filter(pk=cast.northwind.pk).update(partner_status="Former")
    assert request.ticket is not None
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS["phone"], strict=True)))  # type: ignore[arg-type]
    page.goto(tracking.path_for(request.ticket))
    expect(page.locator("h1")).to_have_text("Your letter is valid")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    assert_readable_in_the_other_theme(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the letter").click()
    assert download.value.suggested_filename == "Letter.pdf"
    sign_in(cast.katrin.email)
    page.goto("/portal/")
    expect(page.locator(".stepper [aria-current=step]")).to_contain_text("Not valid until Legal has dated it")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.context.clear_cookies()
    sign_in(cast.nadia.email)
    page.goto("/loa/recall/")
    page.locator(".recall-do summary").click()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.get_by_label("Why, for the partner").fill("The agreement has ended.")
    page.get_by_role("button", name="Recall the letter").click()
    expect(page.locator(".recall-list")).to_have_count(0)
    page.goto(tracking.path_for(request.ticket))
    expect(page.locator(".portal-letter")).to_contain_text("Do not use it any more: The agreement has ended.")
    expect(page.get_by_role("link", name="Download the letter")).to_have_count(0)
