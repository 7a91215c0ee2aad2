"""A prepared reply in a browser: it comes into an open page by itself, is read, and leaves as it stands."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from mail.models import OutgoingMail
from tests.browser.conftest import Check, SignIn
from tests.conftest import Cast
from tests.tickets.conftest import opened
from tests.tickets.replies import Replies, replies
from tickets import steps

__all__ = ["opened", "replies"]
pytestmark = [pytest.mark.django_db(transaction=True)]
PATIENCE = 20_000  # milliseconds


def anew(replies: Replies, customer: str) -> None:
    replies.values = {"customer": customer}
    steps.go_back(replies.ticket, "answer", by=None, why="The customer was misread.")
    steps.work_on(replies.ticket.pk)


def test_it_comes_by_itself_and_leaves_with_what_is_ticked(
    page: Page,
    cast: Cast,
    sign_in: SignIn,
    assert_accessible: Check,
    assert_readable_in_the_other_theme: Check,
    replies: Replies,
) -> None:
    sign_in(cast.nadia.email)
    page.goto(replies.page)
    text = page.get_by_label("Your reply")
    expect(text).to_have_value("Hello Katrin,\n\nthe proof for Havelland Klinik AG is in.\n\nNadia Okafor")
    expect(page.locator(".recipient", has_text="Sofia Marchetti")).to_contain_text("seller, channel manager")
    expect(page.get_by_text("A distributor is on this opportunity")).to_be_visible()
    assert_accessible(page)
    assert_readable_in_the_other_theme(page)
    anew(replies, "Spreewald Klinik")
    page.locator("#ticket-poll").dispatch_event("poll")
    expect(text).to_have_value(
        "Hello Katrin,\n\nthe proof for Spreewald Klinik is in.\n\nNadia Okafor", timeout=PATIENCE
    )
    text.fill("Dear Katrin, I have it.")
    expect(page.locator("[data-draft-state]").first).to_contain_text("Saved", timeout=PATIENCE)
    anew(replies, "Havelland Klinik AG")
    page.locator("#ticket-poll").dispatch_event("poll")
    expect(page.get_by_text("The reply was prepared anew.")).to_be_visible(timeout=PATIENCE)
    expect(text).to_have_value("Dear Katrin, I have it.")
    text.fill("Dear Katrin, I have it now.")  # and it is not saved yet
    page.get_by_role("link", name="Put it above your text").click()
    expect(text).to_have_value(
        "Hello Katrin,\n\nthe proof for Havelland Klinik AG is in.\n\nNadia Okafor\n\nDear Katrin, I have it now.",
        timeout=PATIENCE,
    )
    page.locator(".enclosed").get_by_role("checkbox").uncheck()
    text.press("Control+Enter")
    expect(page.locator("#step-send")).to_contain_text("Sent to Katrin Vogel and 1 more", timeout=PATIENCE)
    expect(text).to_have_value("")
    mail = OutgoingMail.objects.get(purpose="reply")
    assert (mail.enclosures.count(), [one["address"] for one in mail.cc]) == (0, ["sofia.marchetti@example.com"])


def test_what_is_not_wanted_goes(page: Page, cast: Cast, sign_in: SignIn, replies: Replies) -> None:
    sign_in(cast.nadia.email)
    page.goto(replies.page)
    page.get_by_role("button", name="Not wanted").click()
    page.get_by_label("Why it is not sent").fill("We telephoned.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your reply")).to_have_value("")
    expect(page.locator("#step-send")).to_contain_text("The prepared reply was withdrawn.")
