"""The ticket page in a browser: keyboard, drafts, two people on one thread, three widths, both themes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import FilePayload, Locator, Page, expect

from documents import storing
from mail.models import OutgoingMail
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast
from tests.tickets.conftest import opened  # noqa: F401 - a fixture
from tickets import actions
from tickets.actions import FilePart, Recipient
from tickets.models import Attachment, Draft, Ticket
from web import words

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]
Open = Callable[..., Ticket]


@pytest.fixture
def ticket(cast: Cast, opened: Open, page: Page, sign_in: SignIn) -> Ticket:  # noqa: F811
    """A conversation with a file, a note and a copy, and Nadia before it."""
    file = FilePart(stored=storing.store(b"%PDF-1.4 x", name="SOW.pdf"), filename="SOW.pdf")
    made = opened(kind="service_attach", files=[file], fields={"customer": "Havelland Klinik AG", "deal_id": "GL-1"})
    copies = [Recipient(address="buchhaltung@northwind.example.com")]
    actions.receive(made, sender=cast.katrin, body="Adding a page", html="<p>Adding a page</p>", cc=copies)
    actions.note(made, by=cast.lena, body="Two registrations hang on this: `GL-0047790` is the other one.")
    actions.assign(made, to=cast.nadia, by=cast.lena)
    sign_in(cast.nadia.email)
    page.goto(f"/tickets/{made.reference}/")
    return Ticket.objects.get(pk=made.pk)


def reply(page: Page) -> Locator:
    return page.get_by_label("Your reply")


def saved(page: Page) -> None:
    expect(page.locator("#compose-reply [data-draft-state]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))


def write(page: Page, words: str) -> None:
    reply(page).fill(words)
    saved(page)


@pytest.mark.parametrize(("width", "colours"), [("desktop", "light"), ("tablet", "dark"), ("phone", "light")])
@pytest.mark.usefixtures("ticket")
def test_looks_right_and_is_accessible(
    page: Page,
    theme: Callable[[str], None],
    picture: Callable[[str], None],
    assert_accessible: Check,
    assert_readable_in_the_other_theme: Check,
    assert_no_sideways_scroll: Check,
    colours: str,
    width: str,
) -> None:
    theme(colours)
    wide, high = WIDTHS[width]
    page.set_viewport_size({"width": wide, "height": high})
    page.reload()
    assert_no_sideways_scroll(page)
    assert_accessible(page)
    picture(f"ticket-{width}-{colours}")
    assert_readable_in_the_other_theme(page)
    if width == "phone":
        for tab in ("steps", "partner"):
            page.locator(".split-tabs label", has=page.locator(f"[value={tab}]")).click()
            assert_no_sideways_scroll(page)
            assert_accessible(page)
            assert_readable_in_the_other_theme(page)
        page.get_by_text("Messages", exact=True).click()
        page.locator(".draft-bar").click()
        expect(reply(page)).to_be_visible()
        expect(page.get_by_label("Your internal note")).to_be_hidden()
        assert_no_sideways_scroll(page)
    else:
        page.keyboard.press("n")
    assert_accessible(page)
    picture(f"ticket-writing-{width}-{colours}")
    assert_readable_in_the_other_theme(page)


def test_a_tag_by_keys_gives_the_focus_back_and_the_palette_opens(page: Page, ticket: Ticket) -> None:
    page.keyboard.press("t")
    page.get_by_label("Tag", exact=True).fill("Q4 rebate")
    page.keyboard.press("Enter")
    expect(page.locator(".ticket-tag", has_text="Q4 rebate")).to_be_visible()
    expect(page.locator(".ticket-add-tag")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Find or do")).to_be_focused()


def test_keys_lead_through_the_page(page: Page, ticket: Ticket) -> None:
    page.keyboard.press("j")
    expect(page.locator("#thread .message").first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("#thread .message").first).to_be_focused()
    page.keyboard.press("r")
    expect(reply(page)).to_be_focused()
    page.keyboard.type("ajs")
    expect(reply(page)).to_have_value("ajs")
    page.keyboard.press("Escape")
    expect(reply(page)).not_to_be_focused()
    page.keyboard.press("n")
    expect(page.get_by_label("Your internal note")).to_be_focused()
    expect(reply(page)).to_be_hidden()
    page.keyboard.press("Escape")
    for key, menu in (("a", "Assignee"), ("t", "Add a tag")):
        page.keyboard.press(key)
        expect(page.get_by_label(menu, exact=True).first).to_be_visible()
        page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.locator("#status-menu .menu-item").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[popovertarget=status-menu]")).to_contain_text("Pending internal")
    ticket.refresh_from_db()
    assert ticket.status == "pending_internal"


def test_a_draft_survives_a_reload_and_ends_with_the_send(page: Page, ticket: Ticket) -> None:
    write(page, "Dear Katrin, here it is")
    page.reload()
    expect(reply(page)).to_have_value("Dear Katrin, here it is")
    reply(page).focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread .message").last).to_contain_text("here it is")
    expect(reply(page)).to_have_value("")
    expect(page.get_by_text("Sent to Katrin Vogel and 1 more.")).to_be_visible()
    page.wait_for_timeout(1000)
    assert not Draft.objects.exists()
    assert OutgoingMail.objects.filter(purpose="reply").count() == 1
    assert ticket.messages.count() == 4


def test_leaving_the_page_keeps_what_was_written_last(page: Page, ticket: Ticket) -> None:
    reply(page).fill("Half a sent")
    page.goto("/resources/")
    page.goto(f"/tickets/{ticket.reference}/")
    expect(reply(page)).to_have_value("Half a sent")


def test_the_tab_remembers_what_the_server_got_too_late(page: Page, ticket: Ticket) -> None:
    page.route("**/draft/", lambda route: route.abort())
    reply(page).fill("Half a sent")
    page.goto("/resources/")
    page.unroute("**/draft/")
    page.goto(f"/tickets/{ticket.reference}/")
    expect(reply(page)).to_have_value("Half a sent")
    saved(page)
    assert Draft.objects.get().body == "Half a sent"


def test_a_thread_that_moved_on_keeps_the_text(page: Page, cast: Cast, ticket: Ticket) -> None:
    write(page, "My answer")
    actions.receive(ticket, sender=cast.katrin, body="Wait, one more", html="<p>Wait, one more</p>")
    page.get_by_role("button", name=re.compile("^Send")).first.click()
    banner = page.locator("#moved-reply")
    expect(banner).to_contain_text("This thread moved on. Katrin Vogel wrote")
    expect(reply(page)).to_have_value("My answer")
    expect(page.locator("#thread .message").last).to_contain_text("Wait, one more")
    assert not OutgoingMail.objects.filter(purpose="reply").exists()
    banner.get_by_role("link", name="Read it").click()
    expect(banner.locator(".banner")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Send")).first.click()
    expect(page.locator("#thread .message").last).to_contain_text("My answer")
    assert OutgoingMail.objects.filter(purpose="reply").count() == 1


def test_send_anyway_sends_what_was_read_in_the_banner(page: Page, cast: Cast, ticket: Ticket) -> None:
    write(page, "My answer")
    actions.receive(ticket, sender=cast.katrin, body="Wait", html="<p>Wait</p>")
    page.locator("#ticket-poll").dispatch_event("poll")
    page.get_by_role("button", name="Send anyway").click()
    expect(page.locator("#thread .message").last).to_contain_text("My answer")
    expect(page.locator("#moved-reply .banner")).to_have_count(0)
    assert OutgoingMail.objects.filter(purpose="reply").count() == 1


def test_the_menu_of_send_sets_a_status(page: Page, ticket: Ticket) -> None:
    write(page, "Done")
    page.get_by_role("button", name="Other ways to send").click()
    page.get_by_role("button", name="Send and set Resolved").click()
    expect(page.locator("[popovertarget=status-menu]")).to_contain_text("Resolved")
    ticket.refresh_from_db()
    assert ticket.status == "solved"
    page.reload()
    page.locator("[popovertarget=status-menu]").click()
    page.get_by_role("button", name="Reopen").click()
    expect(page.locator("[popovertarget=status-menu]")).to_contain_text("In progress")


def test_what_happens_elsewhere_appears_without_touching_the_text(page: Page, cast: Cast, ticket: Ticket) -> None:
    write(page, "I am writing")
    reply(page).focus()
    actions.receive(ticket, sender=cast.katrin, body="From elsewhere", html="<p>From elsewhere</p>")
    actions.change_priority(ticket, to="urgent", by=cast.lena)
    page.locator("#ticket-poll").dispatch_event("poll")
    expect(page.locator("#thread .message").last).to_contain_text("From elsewhere")
    expect(page.locator("#ticket-head")).to_contain_text("Urgent")
    expect(page.locator("#moved-reply")).to_contain_text("Your text is kept.")
    expect(reply(page)).to_have_value("I am writing")
    expect(reply(page)).to_be_focused()


def test_two_changes_of_status_end_in_a_choice(page: Page, cast: Cast, ticket: Ticket) -> None:
    actions.solve(ticket, by=cast.lena)
    page.keyboard.press("s")
    page.get_by_role("button", name="On hold").click()
    says = page.locator("#ticket-says")
    expect(says).to_contain_text("Lena Brandt set Resolved")
    expect(page.locator("[popovertarget=status-menu]")).to_contain_text("Resolved")
    says.get_by_role("button", name="Set On hold anyway").click()
    expect(says.locator(".banner")).to_have_count(0)
    ticket.refresh_from_db()
    assert ticket.status == "on_hold"


def test_an_open_variable_stops_the_send_and_gets_the_caret(page: Page, ticket: Ticket) -> None:
    write(page, "Hello {{ who }}")
    page.locator("#ticket-scroll").focus()
    page.get_by_role("button", name=re.compile("^Send")).first.click()
    expect(reply(page)).to_be_focused()
    chosen = reply(page).evaluate("(text) => text.value.slice(text.selectionStart, text.selectionEnd)")
    assert chosen == "{{ who }}"
    expect(page.locator("#compose-reply")).to_contain_text("Fill in first: who")
    assert ticket.messages.count() == 3
    page.keyboard.type("Katrin")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread .message").last).to_contain_text("Hello Katrin")


def test_a_response_is_found_and_put_in(page: Page, ticket: Ticket) -> None:
    page.get_by_role("button", name="Insert a response").click()
    page.get_by_role("searchbox", name="Search the responses").fill("proof")
    page.locator(".response-choice").first.click()
    expect(reply(page)).to_have_value(re.compile(r"Katrin"))
    saved(page)
    assert Draft.objects.get(ticket=ticket).response


def test_recipients_are_chips_that_can_be_added_and_removed(page: Page, ticket: Ticket) -> None:
    box = page.locator("#compose-reply .composer-recipients")
    expect(box.locator(".recipient-new")).to_contain_text("buchhaltung@northwind.example.com")
    tone = words.tone("katrin@northwind.example.com")  # drawn in the browser as the server draws it elsewhere
    expect(box.locator(f".avatar-tone-{tone}")).to_have_text(words.initials("Katrin Vogel"))
    box.get_by_label("To").last.fill("omar@bluepeak.example.com,")
    box.get_by_label("To").last.press("Enter")
    expect(box.locator(".recipient")).to_have_count(3)
    box.get_by_role("button", name="Remove buchhaltung@northwind.example.com").click()
    write(page, "To both")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Sent to Katrin Vogel and 1 more.")).to_be_visible()
    mail = OutgoingMail.objects.get(purpose="reply")
    assert [one["address"] for one in mail.to] == ["katrin@northwind.example.com", "omar@bluepeak.example.com"]
    assert mail.cc == []
    assert ticket.messages.count() == 4


def test_a_file_goes_up_at_once_and_can_be_taken_out(page: Page, ticket: Ticket) -> None:
    chosen: list[FilePayload] = [
        {"name": name, "mimeType": "text/plain", "buffer": b"hello"} for name in ("answer.txt", "second.txt")
    ]
    page.locator("#compose-reply input[type=file]").set_input_files(chosen)
    files = page.locator("#files-reply .attachment")
    expect(files).to_have_count(2)
    expect(page.get_by_role("button", name="Take second.txt out")).to_be_visible()
    page.get_by_role("button", name="Take second.txt out").click()
    expect(files).to_have_count(1)
    page.reload()
    expect(files).to_have_count(1)
    write(page, "With a file")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread .message").last).to_contain_text("answer.txt")
    assert Attachment.objects.filter(message=ticket.messages.latest("id")).count() == 1


def test_a_preview_shows_what_will_be_read(page: Page, ticket: Ticket) -> None:
    write(page, "**Bold** words")
    page.locator("#compose-reply").get_by_role("button", name="Preview").click()
    expect(page.locator("#preview-reply strong")).to_have_text("Bold")
    page.get_by_role("button", name="Close the preview").click()
    expect(page.locator("#preview-reply .preview")).to_have_count(0)
    assert ticket.messages.count() == 3


def test_everything_works_without_scripts(cast: Cast, opened: Open, client: Client) -> None:  # noqa: F811
    """The forms of the page, posted as a browser without scripts would."""
    made = opened()
    client.force_login(cast.nadia)
    page = client.get(f"/tickets/{made.reference}/").content.decode()
    for name in ("status", "assignee", "kind", "subject", "tags", "priority", "partner"):
        assert f'action="/tickets/{made.reference}/change/{name}/"' in page
    assert f'action="/tickets/{made.reference}/messages/"' in page
    assert 'name="to" value="Katrin Vogel' in page
