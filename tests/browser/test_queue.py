"""The queue in a browser: keyboard, news without a reload, taking, filters, three widths, both themes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import PASSWORD, Cast
from tests.tickets.conftest import opened  # noqa: F401 - a fixture
from tickets import actions
from tickets.models import Draft, Ticket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]
Open = Callable[..., Ticket]
NEWS = "document.querySelector('[data-poll]').dispatchEvent(new Event('poll'))"


def due_in(ticket: Ticket, **span: float) -> Ticket:
    ticket.due = timezone.now() + timedelta(**span)
    ticket.save(update_fields=["due"])
    return ticket


@pytest.fixture
def desk(cast: Cast, opened: Open, page: Page, sign_in: SignIn) -> list[Ticket]:  # noqa: F811
    """A queue with something of everything, and Nadia before it."""
    tickets = [
        due_in(opened(subject="Our SaaS NFR shows 13 of 10 seats", kind="nfr", requester=cast.omar), hours=-26),
        due_in(opened(subject="SOW for pipeline migration at Havelland Klinik", kind="service_attach"), hours=1),
        due_in(opened(subject="Cannot register: “account not activated”", topic="portal_access"), days=3),
        due_in(opened(subject="GitLab LOA: Haruka Mori", kind="loa", priority="urgent", assignee=cast.lena), days=4),
        opened(subject="Two people short of Open requirements", topic="training"),
    ]
    actions.hold(tickets[4], by=cast.lena)
    Draft.objects.create(user=cast.nadia, ticket=tickets[2], kind="reply", body="Dear Katrin, the invitation")
    sign_in(cast.nadia.email)
    page.goto("/queue/")
    return tickets


def at(ticket: Ticket) -> str:
    return f"#t-{ticket.reference}"


@pytest.mark.usefixtures("desk")
def test_looks_right_and_is_accessible(
    page: Page,
    theme: Callable[[str], None],
    picture: Callable[[str], None],
    assert_accessible: Check,
    assert_readable_in_the_other_theme: Check,
    assert_no_sideways_scroll: Check,
) -> None:
    theme("light")
    for address, name in (
        ("/queue/", "queue"),
        ("/queue/mine/", "queue-empty"),
        ("/search/?q=north", "search"),
        ("/search/?q=nothingatall", "search-empty"),
        ("/tickets/new/", "new-ticket"),
        ("/queue/choices/status/", "queue-choices"),
        ("/queue/filters/", "queue-filters"),
    ):
        page.goto(address)
        for width, (across, down) in WIDTHS.items():
            page.set_viewport_size({"width": across, "height": down})
            assert_no_sideways_scroll(page)
            if width != "tablet":
                assert_accessible(page)
            picture(f"{name}-{width}")
        assert_readable_in_the_other_theme(page)


def test_the_keyboard_walks_opens_and_takes(page: Page, desk: list[Ticket], cast: Cast) -> None:
    page.keyboard.press("j")
    expect(page.locator(f"{at(desk[0])} .queue-link")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(f"{at(desk[1])} .queue-link")).to_be_focused()
    page.keyboard.press("i")
    expect(page.locator(f"{at(desk[1])} .queue-assignee .name")).to_have_text("Nadia")
    expect(page.locator(f"{at(desk[1])} .queue-link")).to_be_focused()
    expect(page.locator("#toasts")).to_contain_text(f"{desk[1].reference} is yours.")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{desk[1].reference}/")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/queue/")
    page.keyboard.press("c")
    page.wait_for_url("**/tickets/new/")
    assert Ticket.objects.get(pk=desk[1].pk).assignee == cast.nadia


@pytest.mark.usefixtures("desk")
def test_help_lists_the_keys_and_keys_rest_inside_fields(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_contain_text("Take the ticket of the row")
    page.keyboard.press("Escape")
    page.goto("/search/")
    page.locator("main input[name=q]").fill("")
    page.keyboard.type("jcgq?")
    assert page.url.endswith("/search/")
    expect(page.locator("main input[name=q]")).to_have_value("jcgq?")


@pytest.mark.usefixtures("desk")
def test_slash_finds_a_ticket_from_anywhere(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("havel")
    option = page.locator("#palette [role=option]", has_text="Havelland Klinik")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets/PHD-*/")


def test_i_takes_from_a_colleague_and_undo_gives_back(page: Page, desk: list[Ticket], cast: Cast) -> None:
    page.locator(f"{at(desk[3])} .queue-link").focus()
    page.keyboard.press("i")
    expect(page.locator(f"{at(desk[3])} .queue-assignee .name")).to_have_text("Nadia")
    page.keyboard.press("u")
    expect(page.locator(f"{at(desk[3])} .queue-assignee .name")).to_have_text("Lena")


def test_a_new_ticket_waits_behind_the_bar_and_nothing_jumps(
    page: Page,
    desk: list[Ticket],
    opened: Open,  # noqa: F811
    assert_accessible: Check,
) -> None:
    before = page.locator(at(desk[1])).bounding_box()
    page.evaluate(NEWS)
    expect(page.locator(".news-bar")).to_have_count(0)
    arrived = due_in(opened(subject="Just now"), days=2)
    page.evaluate(NEWS)
    bar = page.get_by_role("link", name="1 new ticket arrived. Show it")
    expect(bar).to_be_visible()
    expect(page.locator("#view-all .view-count")).to_have_text("6")
    expect(page.locator("#queue-count")).to_have_text("6")
    expect(page.locator(at(arrived))).to_have_count(0)
    assert_accessible(page)
    opened(subject="And another")
    page.evaluate(NEWS)
    expect(page.locator(".news-bar")).to_have_text("2 new tickets arrived. Show them")
    expect(page.locator("#queue-news.htmx-added")).to_have_count(0)  # settled: from here the link is htmx's
    page.evaluate("window.stayed = true")
    page.keyboard.press("Shift+R")
    expect(page.locator(at(arrived))).to_be_visible()
    expect(page.locator(".news-bar")).to_have_count(0)
    assert page.evaluate("window.stayed")
    assert page.locator(at(desk[1])).bounding_box() == before


def test_the_queue_asks_by_itself(page: Page, desk: list[Ticket], opened: Open) -> None:  # noqa: F811
    opened(subject="Just now")
    expect(page.locator(".news-bar")).to_be_visible(timeout=20_000)


def test_two_take_the_same_ticket(page: Page, desk: list[Ticket], cast: Cast, picture: Callable[[str], None]) -> None:
    actions.take(desk[1], by=cast.lena)
    page.click(f"{at(desk[1])} .queue-take")
    expect(page.locator(".toast-error")).to_contain_text(f"Lena Brandt took {desk[1].reference} before you.")
    expect(page.locator(f"{at(desk[1])} .queue-assignee .name")).to_have_text("Lena")
    picture("queue-conflict")


def test_filters_by_menu(page: Page, desk: list[Ticket], assert_accessible: Check) -> None:
    page.get_by_role("button", name="Type").click()
    item = page.locator("#f-kind .menu-item", has_text="Letter of Authorization")
    expect(item).to_be_focused()
    assert_accessible(page)
    item.click()
    expect(page.locator(".chip-active", has_text="Type is Letter of Authorization")).to_be_visible()
    expect(page.locator(".queue-row")).to_have_count(1)
    page.get_by_role("link", name="Remove the filter Type is Letter of Authorization").click()
    expect(page.locator(".queue-row")).to_have_count(len(desk))
    page.get_by_role("button", name="Channel manager").click()
    asked = page.locator("#f-channel_manager input[name=q]")
    expect(asked).to_be_focused()
    asked.press_sequentially("sofia", delay=30)
    expect(page.locator("#f-channel_manager .menu-item")).to_have_count(1)
    page.locator("#f-channel_manager .menu-item").click()
    expect(page.locator(".queue-row")).to_have_count(4)
    page.wait_for_load_state()
    page.keyboard.press("f")
    page.locator("#f-more .menu-item", has_text="Assignee").click()
    page.locator("#f-more .menu-item", has_text="nobody").click()
    expect(page.locator(".chip-active", has_text="Assignee is nobody")).to_be_visible()


def test_works_without_scripts(page: Page, desk: list[Ticket], cast: Cast) -> None:
    browser = page.context.browser
    assert browser
    context = browser.new_context(java_script_enabled=False, base_url=page.url.partition("/queue/")[0])
    plain = context.new_page()
    plain.goto("/sign-in/?next=/queue/")
    plain.fill("[name=login]", cast.nadia.email)
    plain.fill("[name=password]", PASSWORD)
    plain.click("main button.btn-primary")
    plain.click(f"{at(desk[1])} .queue-take")
    expect(plain.locator(f"{at(desk[1])} .queue-assignee .name")).to_have_text("Nadia")
    plain.get_by_role("button", name="Channel manager").click()
    plain.locator("#f-channel_manager a").click()
    plain.locator("main input[name=q]").fill("sofia")
    plain.keyboard.press("Enter")
    plain.locator("main .menu-item", has_text="Sofia Marchetti").click()
    expect(plain.locator(".chip-active", has_text="Channel manager is Sofia Marchetti")).to_be_visible()
    plain.click(f"{at(desk[2])} .queue-link")
    assert plain.url.endswith(f"/tickets/{desk[2].reference}/")
    context.close()


def test_a_phone_reaches_views_and_rows(page: Page, desk: list[Ticket], assert_no_sideways_scroll: Check) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/queue/")
    page.get_by_role("button", name="Views").click()
    page.locator("#view-unassigned").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Unassigned")
    assert_no_sideways_scroll(page)
    page.click(f"{at(desk[2])} .queue-link")
    page.wait_for_url(f"**/tickets/{desk[2].reference}/")


def test_opening_a_ticket_for_somebody(page: Page, desk: list[Ticket], cast: Cast, assert_accessible: Check) -> None:
    page.goto("/tickets/new/")
    page.fill("#id_email", "anna@northwind.example.com")
    page.press("#id_email", "Tab")
    expect(page.locator("#partner-names")).to_contain_text("a mail domain of Northwind DevOps GmbH")
    page.fill("#id_subject", "Asked on the phone")
    page.click("button:has-text('Open the ticket')")
    assert page.evaluate("document.activeElement.id") == "id_text"  # the browser says what is missing
    page.fill("#id_text", "Which course counts?")
    page.set_input_files(
        "#id_attachments", FilePayload(name="SOW.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4 x")
    )
    assert_accessible(page)
    page.click("button:has-text('Open the ticket')")
    page.wait_for_url("**/tickets/PHD-*/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Asked on the phone")
    expect(page.locator("#toasts")).to_contain_text("is open.")
