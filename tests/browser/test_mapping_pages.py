"""The pages of the mapping: accessible, no wider than the screen, and usable without leaving the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from journal.record import DESK
from routing.importing import acts
from routing.models import KeyAlias, KeyRule, MappingImport
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast
from tests.routing.mappings import JAY, LISA, book_of, managers

pytestmark = [pytest.mark.django_db(transaction=True)]

LONG = "Large-AMER-West-Rockies/SoCal/" + "Everything-Beyond-The-Mountains-" * 4


@pytest.fixture
def prepared(cast: Cast, sign_in: SignIn) -> MappingImport:
    """A mapping in force, and a workbook that adds, changes, removes and has a name nobody has."""
    managers()
    first = acts.prepare(book_of(), name="CAM Mapping FY23.xlsx", by=DESK, effective=date(2022, 2, 1))
    acts.confirm(first, by=DESK)
    KeyAlias.objects.create(table="territory", key="Large AMER-PNW/MW-1", folded="large amer-pnw/mw-1", means="T-1")
    pairs = [("Large-AMER-East-Northeast", LISA), (LONG, JAY), ("K-2", "Jay Bahr")]
    change = acts.prepare(book_of(segment=pairs), name="Corrected.xlsx", by=DESK, effective=date(2022, 6, 1))
    sign_in(cast.lena.email)
    return change


@pytest.mark.parametrize(
    ("width", "colours", "paths"),
    [
        ("desktop", "dark", ("", "{pk}/")),
        ("tablet", "light", ("import/", "aliases/")),
        ("phone", "light", ("", "{pk}/", "history/")),
    ],
)
def test_looks_right_and_is_accessible(
    prepared: MappingImport,
    page: Page,
    theme: Callable[[str], None],
    picture: Callable[[str], None],
    assert_accessible: Check,
    assert_no_sideways_scroll: Check,
    width: str,
    colours: str,
    paths: tuple[str, ...],
) -> None:
    theme(colours)
    page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
    for path in paths:
        page.goto(f"/routing/mapping/{path.format(pk=prepared.pk)}")
        picture(f"mapping-{path.strip('/') or 'current'}-{width}-{colours}")
        assert_accessible(page)
        assert_no_sideways_scroll(page)


def test_a_lead_explains_a_name_and_confirms_by_the_keyboard(prepared: MappingImport, page: Page) -> None:
    page.goto(f"/routing/mapping/{prepared.pk}/")
    page.get_by_role("button", name="It is Jay Bahar").press("Enter")
    expect(page.locator("h2", has_text="Names that were explained")).to_be_visible()
    page.get_by_role("button", name="Confirm from 1 Jun 2022").press("Enter")
    expect(page.locator("h1")).to_have_text("What it changed")
    assert KeyRule.objects.get(key="K-2").manager == managers(JAY)[JAY]
    page.get_by_role("button", name="Take it back").press("Enter")
    expect(page.get_by_text("is taken back. The mapping is what it was before.")).to_be_visible()
    assert not KeyRule.objects.filter(key="K-2").exists()
