"""The board of letters in a browser: walked with the keyboard, narrowed as one types, a drawer, a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from loa.models import LetterRequest
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast
from tests.loa import rows

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]


@pytest.fixture
def letters(cast: Cast, page: Page, sign_in: SignIn) -> dict[str, LetterRequest]:
    made = rows.board(cast.manager)
    sign_in(cast.nadia.email)
    return made


def test_walked_with_the_keyboard_alone(
    letters: dict[str, LetterRequest],
    page: Page,
    assert_accessible: Check,
    assert_readable_in_the_other_theme: Check,
) -> None:
    """G L opens the board, J the first request, J the next one, an arrow the one before, Esc closes; / searches."""
    page.goto("/queue/")
    page.keyboard.press("g")
    page.keyboard.press("l")
    expect(page.locator("h1")).to_have_text("Letters of Authorization")
    page.keyboard.press("j")
    expect(page.locator("#letter-title")).to_have_text("Sahel Tech Sarl")
    expect(page.locator('.letter-card[aria-current="true"]')).to_contain_text("Aïssatou Diallo")
    page.keyboard.press("j")
    expect(page.locator("#letter-title")).to_have_text("Fjordlys Konsult AS")
    expect(page.locator('.letter-card[aria-current="true"]')).to_have_count(1)
    expect(page).to_have_url(re.compile(rf"request={letters['Fjordlys Konsult AS'].pk}$"))
    page.keyboard.press("ArrowUp")
    expect(page.locator("#letter-title")).to_have_text("Sahel Tech Sarl")
    assert_accessible(page)
    assert_readable_in_the_other_theme(page)
    page.keyboard.press("Escape")
    expect(page.locator(".letter-sheet")).to_have_count(0)
    expect(page.locator(".letter-card:focus")).to_contain_text("Sahel Tech Sarl")
    page.keyboard.press("/")
    page.keyboard.type("kitsune")
    expect(page.locator(".letter-card")).to_have_count(1)
    expect(page.locator(".letter-card")).to_contain_text("Haruka Mori")
    expect(page.locator(".letters-search input")).to_be_focused()


def test_a_drawer_and_a_phone(
    letters: dict[str, LetterRequest],
    page: Page,
    assert_accessible: Check,
    assert_no_sideways_scroll: Check,
    theme: Callable[[str], None],
) -> None:
    """At 1024 the request lies over the board and takes the focus; a phone shows one lane and the whole request."""
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS["tablet"], strict=True)))  # type: ignore[arg-type]
    page.goto("/loa/")
    page.locator(".letter-card", has_text="Koru Labs").click()
    expect(page.locator("#letter-title")).to_be_focused()
    page.mouse.click(100, 500)
    expect(page.locator(".letter-sheet")).to_have_count(0)
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS["phone"], strict=True)))  # type: ignore[arg-type]
    page.goto("/loa/")
    expect(page.locator(".letter-card", has_text="Kitsune")).to_be_hidden()
    page.locator(".lane-tabs").get_by_text("With Legal").click()
    expect(page.locator(".letter-card", has_text="Kitsune")).to_be_visible()
    expect(page.locator(".letter-card", has_text="Koru Labs")).to_be_hidden()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.locator(".letter-card", has_text="Kitsune").click()
    box = page.locator(".letter-sheet").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, WIDTHS["phone"][0])


def test_the_page_of_a_letter(
    letters: dict[str, LetterRequest],
    page: Page,
    assert_accessible: Check,
    assert_readable_in_the_other_theme: Check,
    assert_no_sideways_scroll: Check,
) -> None:
    page.goto(f"/loa/{letters['Ridgeway Federal Inc.'].pk}/")
    expect(page.locator(".letter-paper")).to_contain_text("Valid to")
    assert_accessible(page)
    assert_readable_in_the_other_theme(page)
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS["phone"], strict=True)))  # type: ignore[arg-type]
    assert_no_sideways_scroll(page)
    page.keyboard.press("Escape")
    expect(page.locator("h1")).to_have_text("Letters of Authorization")
