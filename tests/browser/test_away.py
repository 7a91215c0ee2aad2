"""Setting the out-of-office with nothing but the keyboard, in a real Chromium."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from mail.models import AwayWindow
from tests.browser.conftest import SignIn
from tests.conftest import Cast
from tests.mail.away_windows import away

pytestmark = pytest.mark.django_db(transaction=True)

FORM = "/settings/out-of-office/new/"


def on_field(page: Page, name: str) -> None:
    """Tab leads there; every stop before it is passed."""
    for _stop in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    pytest.fail(f"Tab never reaches {name}")


def test_it_is_set_by_keyboard_and_the_copy_follows_the_days(page: Page, sign_in: SignIn, cast: Cast) -> None:
    sign_in(cast.nadia.email)
    page.goto(FORM)
    outside = page.locator("[name=text_outside]")
    on_field(page, "occasion")
    page.keyboard.press("Space")
    on_field(page, "start_day")
    page.keyboard.type("11112098")  # the same in every order of day and month
    on_field(page, "end_day")
    page.keyboard.type("11112098")  # the same in every order of day and month
    page.keyboard.press("Tab")
    expect(page.locator("#looks")).to_contain_text("closed on Tuesday, 11 November 2098 for a Family and Friends Day")
    expect(page.locator("#looks a")).to_have_attribute(
        "href", "https://about.gitlab.com/company/family-and-friends-day/"
    )

    on_field(page, "time_zone")
    page.keyboard.press("Control+a")
    page.keyboard.type("america/new york")
    on_field(page, "text_outside")
    page.keyboard.press("Control+End")
    page.keyboard.type(" We ski.")
    expect(page.locator("#looks")).to_contain_text("upon our return. We ski.")
    expect(outside).to_be_focused()

    page.fill("[name=end_day]", "2098-11-12")
    page.keyboard.press("Tab")
    expect(page.locator("#words")).to_contain_text("Your own text is kept.")
    assert "11 November 2098" in outside.input_value()
    assert outside.input_value().endswith("We ski.")

    expect(page.locator(".htmx-request")).to_have_count(0)  # leaving would break it off
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Family and Friends Day")
    window = AwayWindow.objects.get()
    assert window.time_zone == "America/New_York"
    assert window.text_inside == window.text_outside
    assert window.text_outside.endswith("We ski.")


def test_words_typed_while_an_answer_is_on_its_way_are_kept(page: Page, sign_in: SignIn, cast: Cast) -> None:
    sign_in(cast.nadia.email)
    page.goto(FORM)
    held: list[Route] = []

    def hold(route: Route) -> None:
        """The first answer has to wait."""
        if held:
            route.continue_()
        held.append(route)

    page.route("**/new/", hold)
    page.check("[name=occasion][value=other]", force=True)
    expect(page.locator(".htmx-request")).not_to_have_count(0)
    page.locator("[name=text_outside]").fill("Mine, typed meanwhile.")
    held[0].continue_()
    expect(page.locator("#words")).to_contain_text("Your own text is kept.")
    expect(page.locator("[name=text_outside]")).to_have_value("Mine, typed meanwhile.")


def test_the_check_marks_of_the_group_are_kept_at_once(page: Page, sign_in: SignIn, cast: Cast) -> None:
    past = timezone.now() - timedelta(days=3)
    window = away(cast.lena, starts=past, ends=past + timedelta(hours=1))
    sign_in(cast.nadia.email)
    page.goto(f"/settings/out-of-office/{window.pk}/")
    expect(page.locator("#group")).to_contain_text("May still be answering")
    page.get_by_label("It is switched off in the group").focus()
    page.keyboard.press("Space")
    expect(page.locator("#group")).not_to_contain_text("May still be answering")
    window.refresh_from_db()
    assert window.group_switched_off
