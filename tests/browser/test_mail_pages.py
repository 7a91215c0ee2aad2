"""The pages about mail in the browser: decided by keyboard, looked up while typing; axe finds nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mail import inbox
from mail.models import IncomingMail
from people.models import User
from people.roles import Role
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import PASSWORD
from tests.mail.messages import raw

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("/quarantine/", "/quarantine/?discarded", "/recorder/", "/recorder/?q=x@nowhere.example", "/mailboxes/")
SUBJECTS = ("Scan of floor 2", "Survey")


@pytest.fixture
def lena(handbook: None, sign_in: SignIn) -> User:
    """A lead who has signed in; two messages wait for her, one became a ticket."""
    lead = User.objects.create_user("lena@desk.example.com", PASSWORD, name="Lena Brandt", role=Role.LEAD)
    for number, subject in enumerate(SUBJECTS):
        take(raw("One page\r\n", subject=subject, message_id=f"<{number}@mfp>", **{"from": "Printer <>"}))
    take(raw("Hello\r\n"))
    sign_in(lead.email)
    return lead


def take(message: bytes) -> IncomingMail:
    return inbox.take_in(inbox.store(message, via="smtp").pk)


def test_every_page_is_accessible_at_every_width(
    page: Page,
    lena: User,
    theme: Callable[[str], None],
    assert_accessible: Check,
    assert_readable_in_the_other_theme: Check,
    assert_no_sideways_scroll: Check,
    picture: Callable[[str], None],
) -> None:
    theme("dark")
    aside = IncomingMail.objects.get(subject=SUBJECTS[0])
    for address in (*PAGES, f"/quarantine/{aside.pk}/", "/mailboxes/new/"):
        page.goto(address)
        for screen, (width, height) in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            if screen != "tablet":
                assert_accessible(page)
            assert_no_sideways_scroll(page)
            picture(f"{re.sub(r'[^a-z]+', '-', address)}-{screen}")
        assert_readable_in_the_other_theme(page)


def test_two_messages_are_decided_by_keyboard(page: Page, lena: User) -> None:
    """M-03: G M, J, Enter, D and a reason, then R; the next message comes by itself."""
    page.goto("/resources/")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/quarantine/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Survey")
    page.keyboard.press("d")
    page.keyboard.type("Advertising")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Discarded. The recorder still finds it.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECTS[0])
    page.get_by_label("E-mail address").fill("ana@acme.example")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It became PHD-")).to_be_visible()
    expect(page.get_by_text("No message is put aside.")).to_be_visible()
    decided = dict(IncomingMail.objects.exclude(decision="").values_list("subject", "decision"))
    assert decided == {"Survey": "discarded", SUBJECTS[0]: "ticket"}


def test_several_are_chosen_and_discarded(page: Page, lena: User) -> None:
    page.goto("/quarantine/")
    page.get_by_label("All messages").check()
    expect(page.get_by_role("toolbar")).to_contain_text("2 selected")
    page.get_by_label("Reason to discard").fill("Not for us")
    page.get_by_role("button", name="Discard", exact=True).click()
    expect(page.get_by_text("2 messages discarded.")).to_be_visible()
    expect(page.get_by_text("No message is put aside.")).to_be_visible()


def test_a_mail_is_looked_up_while_typing(page: Page, lena: User) -> None:
    """features.md §4 item 9: “did you get my mail?” in one field."""
    page.goto("/recorder/")
    page.keyboard.type("ana@acme.example")
    expect(page.get_by_text("PO 4711", exact=True)).to_be_visible()
    expect(page.get_by_text(SUBJECTS[0])).to_have_count(0)
    expect(page).to_have_url(re.compile("q=ana%40acme.example"))
    page.get_by_label("What became of it").select_option("quarantined")
    expect(page.get_by_text("No message fits. Take a filter away.")).to_be_visible()
    page.get_by_label("What became of it").select_option("")
    page.get_by_role("searchbox").fill("bo@acme.example")
    expect(page.get_by_text("No mail from bo@acme.example has reached us.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Last mail from ana@acme.example")).to_be_visible()
