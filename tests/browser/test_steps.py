"""The checklist in a browser: live, by keyboard, with what is half typed kept, on a phone, readable in both themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from journal.record import actor_of
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast
from tests.steps.trial import KIND, Trial, trial
from tests.tickets.conftest import opened
from tickets import actions, steps
from tickets.models import Ticket
from tickets.procedures import Done, Fact, Stuck

__all__ = ["opened", "trial"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]
PATIENCE = 20_000  # milliseconds; a poll comes every two or ten seconds


@pytest.fixture
def ticket(cast: Cast, opened: Callable[..., Ticket], trial: Trial) -> Ticket:
    made = opened(kind=KIND, subject="Northwind")
    actions.assign(made, to=cast.nadia, by=cast.lena)
    return made


def test_what_runs_comes_by_itself_and_what_is_half_typed_stays(
    page: Page, cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    sign_in(cast.nadia.email)
    page.goto(f"/tickets/{ticket.reference}/")
    expect(page.locator("#step-read .disc")).to_have_class("disc disc-running")
    steps.work_on(ticket.pk)
    expect(page.locator("#step-decide")).to_have_attribute("aria-current", "step", timeout=PATIENCE)
    expect(page.locator("#steps-say")).to_contain_text("2 of 6 done. Decide: waits for a person.")
    page.locator("#step-decide-why").fill("Because of the")
    actions.tag(Ticket.objects.get(pk=ticket.pk), name="meanwhile", by=actor_of(cast.lena))
    page.locator("#ticket-poll").dispatch_event("poll")
    expect(page.locator(".ticket-tag", has_text="meanwhile")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#step-decide-why")).to_have_value("Because of the")
    expect(page.locator("#step-decide-why")).to_be_focused()


def test_everything_is_done_by_keyboard(
    page: Page,
    cast: Cast,
    sign_in: SignIn,
    ticket: Ticket,
    trial: Trial,
) -> None:
    def gone(_at: object) -> Done:
        raise Stuck("No partner is called so.")

    trial.say["find"] = gone
    steps.work_on(ticket.pk)
    sign_in(cast.nadia.email)
    page.goto(f"/tickets/{ticket.reference}/#step-find")
    page.locator("#skip-find").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Why it is skipped")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#skip-find")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("They called")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#step-find")).to_contain_text("They called")
    expect(page.locator("#step-find")).to_be_focused()
    expect(page.locator("#step-decide")).to_have_attribute("aria-current", "step")
    page.locator("#step-decide-verdict").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#step-answer")).to_contain_text("Waiting for the partner")


def test_looks_right_and_is_accessible(
    page: Page,
    cast: Cast,
    sign_in: SignIn,
    picture: Callable[[str], None],
    assert_accessible: Check,
    assert_readable_in_the_other_theme: Check,
    assert_no_sideways_scroll: Check,
    ticket: Ticket,
    trial: Trial,
) -> None:
    """Each page is opened once, and looked at wide and narrow, in both themes."""
    tones = ("good", "bad", "unsure", "", "good")
    facts = [Fact(name=f"Fact {tone}", value="x" * 60, tone=tone, source="Salesforce, 09:31") for tone in tones]
    trial.say["read"] = lambda _at: Done(note="Read", facts=facts[:4], keep={"company": "x"})
    trial.say["find"] = lambda _at: Done(facts=facts)
    steps.work_on(ticket.pk)
    sign_in(cast.lena.email)
    for url in (f"/tickets/{ticket.reference}/#step-decide", f"/procedures/{KIND}/", "/procedures/"):
        for width in ("desktop", "phone"):
            page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
            if width == "desktop":
                page.goto(url)
            expect(page.locator(".disc:visible").first).to_be_visible()
            assert_no_sideways_scroll(page)
            assert_accessible(page)
            picture(f"steps-{url.strip('/').split('/')[0]}-{width}")
            assert_readable_in_the_other_theme(page)
