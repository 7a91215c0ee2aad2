"""Reading mail in a browser: its words, its layout in the frame; no script of a stranger, no request to anywhere."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from helpdesk.demo_data import files
from mail import inbox, parsing
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast
from tests.mail.hostile import ATTACKS_IN_PARTS
from tests.mail.messages import HTML, multipart
from tickets import actions
from tickets.models import Message

pytestmark = [pytest.mark.django_db(transaction=True)]

ORDER = """<p>Hello, our order:</p>
<table bgcolor="#12334a" width="640"><tr><td><img src="cid:logo@x" width="148" height="36"></td>
<td style="color:#ffffff">Order 4711</td></tr></table>
<p><img src="https://pictures.example.com/a.png" width="300" height="400" alt="A view"></p>
<div class="gmail_quote"><div class="gmail_attr">On Tue, 22 Nov 2022, Desk wrote:</div>
<blockquote class="gmail_quote">What do you order?</blockquote></div>"""
WEB = "https://pictures.example.com/**"


@pytest.fixture
def requests(context: BrowserContext) -> Iterator[list[str]]:
    """What the browser asks of anybody but us; one place answers with a picture."""
    asked: list[str] = []

    def watch(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1", "http://localhost", "data:")):
            asked.append(request.url)

    context.on("request", watch)
    context.route(WEB, lambda route: route.fulfill(body=files.logo(), content_type="image/png"))
    yield asked
    context.remove_listener("request", watch)


def arrives(html: str) -> Message:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "katrin@northwind.example.com", "partnersupport@gitlab.com", "An order"
    made.set_content(html, subtype="html")
    made.add_related(files.logo(), maintype="image", subtype="png", cid="<logo@x>", filename="logo.png")
    mail = inbox.take_in(inbox.store(made.as_bytes(), via="command").pk)
    return Message.objects.select_related("ticket").get(incoming=mail)


def opened(page: Page, message: Message) -> FrameLocator:
    """The ticket's page with the layout chosen; the inside of its frame."""
    page.goto(f"/tickets/{message.ticket.reference}/")
    page.locator(f"#m{message.pk}").get_by_text("Layout", exact=True).click()
    expect(page.locator(f"#m{message.pk} .message-text")).to_be_hidden()
    return page.frame_locator(f"[name=layout-{message.pk}]")


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Waits for what the page is about to do; fails when it does not."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        page.wait_for_timeout(50)


def test_no_attack_runs_or_asks_anybody(page: Page, cast: Cast, sign_in: SignIn, requests: list[str]) -> None:
    """S-02, S-28, S-29: each attack parsed as a mail of its own, then all in the words and the layout of one message;
    the page fails on a violation of its policy.
    """
    framed = "<table bgcolor='#ffeecc'><tr><td>begin {0}</td></tr></table>{0}"
    shown = [parsing.parse(multipart("mixed", HTML + framed.format(attack))).shown for attack in ATTACKS_IN_PARTS]
    first = arrives("<p>Hello</p>")
    message = actions.receive(
        first.ticket,
        sender=cast.katrin,
        body="x",
        html="".join(one.own_html for one in shown),
        quoted_html="".join(one.quoted_html for one in shown),
        rich_html="".join(one.rich_html for one in shown),
    )
    sign_in(cast.nadia.email)
    inside = opened(page, message)
    expect(inside.get_by_text("begin").first).to_be_visible()
    page.locator(f"#m{message.pk}").get_by_text("Text", exact=True).click()
    expect(page.locator(f"#m{message.pk} .message-text").get_by_text("begin").first).to_be_visible()
    page.wait_for_timeout(200)
    assert [frame.evaluate("window.pwned ?? null") for frame in page.frames] == [None, None]
    assert page.url.endswith(f"/tickets/{first.ticket.reference}/")
    assert requests == []


def test_the_layout_grows_to_its_content_and_loads_pictures_on_demand(
    page: Page, cast: Cast, sign_in: SignIn, requests: list[str]
) -> None:
    """S-28: nothing is asked of the web until a person says so, and then nothing jumps."""
    sign_in(cast.nadia.email)
    message = arrives(ORDER)
    inside = opened(page, message)
    expect(inside.get_by_text("Order 4711")).to_be_visible()
    frame = page.locator(".layout-frame")
    until(page, lambda: frame.evaluate("frame => frame.contentDocument.images[0].naturalWidth") == 296)
    rest = "frame => frame.contentDocument.documentElement.scrollHeight - frame.clientHeight"
    until(page, lambda: frame.evaluate(rest) < 2)
    high = frame.evaluate("frame => frame.clientHeight")
    expect(inside.get_by_text("What do you order?")).to_be_hidden()
    inside.locator("summary").click()
    expect(inside.get_by_text("What do you order?")).to_be_visible()
    until(page, lambda: frame.evaluate("frame => frame.clientHeight") > high)
    inside.locator("summary").click()
    assert requests == []
    page.get_by_role("link", name="Show pictures").click()
    expect(page.locator(".layout-notice")).to_have_text(re.compile("are loaded"))
    expect(inside.locator("img[alt='A view']")).to_have_attribute("src", "https://pictures.example.com/a.png")
    until(page, lambda: requests == ["https://pictures.example.com/a.png"])
    until(page, lambda: abs(frame.evaluate("frame => frame.clientHeight") - high) < 8)


def test_pictures_and_quotations_work_without_scripts(
    cast: Cast, sign_in: SignIn, context: BrowserContext, live_server: LiveServer
) -> None:
    """The choice of the view, the link into the frame and both folds are plain HTML."""
    sign_in(cast.nadia.email)
    message = arrives(ORDER)
    state = context.storage_state()
    browser = context.browser
    assert browser
    bare = browser.new_context(base_url=live_server.url, java_script_enabled=False, storage_state=state)
    try:
        bare.route(WEB, lambda route: route.fulfill(body=files.logo(), content_type="image/png"))
        tab = bare.new_page()
        inside = opened(tab, message)
        expect(inside.get_by_text("Order 4711")).to_be_visible()
        tab.get_by_role("link", name="Show pictures").click()
        expect(inside.locator("img[alt='A view']")).to_have_attribute("src", "https://pictures.example.com/a.png")
        tab.locator(f"#m{message.pk}").get_by_text("Text", exact=True).click()
        tab.locator("details.quoted > summary").click()
        expect(tab.get_by_text("What do you order?")).to_be_visible()
    finally:
        bare.close()


@pytest.mark.parametrize(("width", "colours"), [("desktop", "dark"), ("tablet", "light"), ("phone", "dark")])
def test_looks_right_and_is_accessible(
    page: Page,
    cast: Cast,
    sign_in: SignIn,
    theme: Callable[[str], None],
    picture: Callable[[str], None],
    assert_accessible: Check,
    assert_no_sideways_scroll: Check,
    colours: str,
    width: str,
) -> None:
    theme(colours)
    wide, high = WIDTHS[width]
    page.set_viewport_size({"width": wide, "height": high})
    sign_in(cast.nadia.email)
    message = arrives(ORDER)
    page.goto(f"/tickets/{message.ticket.reference}/")
    assert_accessible(page)
    picture(f"reading-text-{width}-{colours}")
    inside = opened(page, message)
    expect(inside.get_by_text("Order 4711")).to_be_visible()
    assert_no_sideways_scroll(page)
    picture(f"reading-layout-{width}-{colours}")
    if width == "desktop":
        page.goto(f"/tickets/{message.ticket.reference}/messages/{message.pk}/original/")
        assert_no_sideways_scroll(page)
        assert_accessible(page)
        picture(f"reading-original-{width}-{colours}")


def test_a_mail_in_the_open_page_can_be_laid_out_too(page: Page, cast: Cast, sign_in: SignIn) -> None:
    """What arrives while the page is open gets its frame measured as well."""
    sign_in(cast.nadia.email)
    first = arrives(ORDER)
    page.goto(f"/tickets/{first.ticket.reference}/")
    second = EmailMessage()
    second["From"], second["To"] = "katrin@northwind.example.com", "partnersupport@gitlab.com"
    second["Subject"] = f"Re: An order [{first.ticket.reference}]"
    second.set_content(ORDER.replace("Order 4711", "Order 4712"), subtype="html")
    inbox.take_in(inbox.store(second.as_bytes(), via="command").pk)
    page.locator("#ticket-poll").dispatch_event("poll")
    newest = page.locator("#thread .message").last
    expect(newest).to_contain_text("Order 4712")
    newest.get_by_text("Layout", exact=True).click()
    frame = newest.locator(".layout-frame")
    expect(newest.frame_locator("iframe").get_by_text("Order 4712")).to_be_visible()
    rest = "frame => frame.contentDocument.documentElement.scrollHeight - frame.clientHeight"
    until(page, lambda: frame.evaluate(rest) < 2)
