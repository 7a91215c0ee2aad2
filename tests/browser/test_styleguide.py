"""Every component at once: readable for axe in both themes, quiet in the console, never wider than the screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, Check

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("path", ["/styleguide/", "/sign-in/", "/password/reset/", "/nowhere/"])
def test_axe_finds_nothing(
    page: Page,
    theme: Callable[[str], None],
    assert_accessible: Check,
    assert_readable_in_the_other_theme: Check,
    path: str,
) -> None:
    theme("dark")
    page.goto(path)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    theme("light")
    page.goto(path)
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert_accessible(page)
    assert_readable_in_the_other_theme(page)


@pytest.mark.parametrize("path", ["/styleguide/", "/sign-in/", "/nowhere/"])
def test_no_page_is_wider_than_the_screen(page: Page, assert_no_sideways_scroll: Check, path: str) -> None:
    page.goto(path)
    for across, down in WIDTHS.values():
        page.set_viewport_size({"width": across, "height": down})
        assert_no_sideways_scroll(page)


def test_the_theme_changes_at_once_and_stays(page: Page) -> None:
    page.goto("/styleguide/")
    page.get_by_role("button", name="Theme").click()
    with page.expect_response("**/theme/"):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_menu_is_walked_with_arrows_and_leaves_with_escape(page: Page) -> None:
    page.goto("/styleguide/")
    opener = page.get_by_role("button", name="Theme")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Light")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Dark")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Dark")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_dialog_opens_and_closes(page: Page) -> None:
    page.goto("/styleguide/")
    page.get_by_role("button", name="Decline the letter").click()
    dialog = page.get_by_role("dialog", name="Decline the letter of Sahel Tech Sarl?")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Keep it open").click()
    expect(dialog).to_be_hidden()


def test_rows_are_walked_and_selected_with_keys(page: Page) -> None:
    page.goto("/styleguide/")
    page.get_by_label("Clear the selection").click()
    page.get_by_role("link", name="Our SaaS NFR shows 13 of 10 seats").focus()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("[data-selected]")).to_have_text("3")
    expect(page.locator(".queue-row[aria-selected=true]")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(page.locator("[data-selected]")).to_have_text("0")


def test_single_keys_are_off_inside_fields(page: Page) -> None:
    page.goto("/styleguide/")
    page.keyboard.press("n")
    expect(page.get_by_label("Internal note")).to_be_checked()
    page.get_by_label("Your reply").click()
    page.keyboard.type("r")
    expect(page.get_by_label("Internal note")).to_be_checked()


def test_chosen_files_are_listed_and_taken_out(page: Page) -> None:
    page.goto("/styleguide/")
    files = [
        {"name": "SOW signed.pdf", "mimeType": "application/pdf", "buffer": b"x" * 4096},
        {"name": "hours.xlsx", "mimeType": "application/octet-stream", "buffer": b"x" * 2048},
    ]
    page.locator("#sg-files").set_input_files(files)  # type: ignore[arg-type]
    listed = page.locator("#sg-files-list .name")
    expect(listed).to_have_text(["SOW signed.pdf", "hours.xlsx"])
    page.get_by_role("button", name="Take this file out").first.click()
    expect(listed).to_have_text(["hours.xlsx"])
