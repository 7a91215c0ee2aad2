"""The small pages that no other browser test opens: nothing for axe to find, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from documents.storing import store
from journal.record import Actor
from tests import paper_files
from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast
from tests.mail.away_windows import away
from tickets import papers
from tickets.actions import FilePart, NewTicket, open_ticket
from tickets.models.ticket import Channel
from tickets.tracking import token_for

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_small_pages_are_accessible(
    page: Page,
    sign_in: SignIn,
    theme: Callable[[str], None],
    assert_accessible: Check,
    assert_readable_in_the_other_theme: Check,
    assert_no_sideways_scroll: Check,
    cast: Cast,
) -> None:
    work = FilePart(stored=store(paper_files.scan(paper_files.STATEMENT), name="sow.pdf"), filename="sow.pdf")
    new = NewTicket(
        kind="general", subject="A question", requester=cast.omar, body="Hello", channel=Channel.FORM, files=[work]
    )
    ticket = open_ticket(new, by=Actor("Omar"))
    papers.read_all(ticket)
    window = away(cast.lena)
    theme("light")
    for who, addresses in {
        "": ("/password/reset/sent/", "/sign-up/", f"/request/track/{token_for(ticket)}/", "/request/received/"),
        cast.nadia.email: (
            "/settings/profile/",
            "/settings/out-of-office/",
            "/settings/out-of-office/new/",
            f"/settings/out-of-office/{window.pk}/",
            "/password/change/",
            f"/tickets/{ticket.reference}/history/",
            papers.page_url(ticket.attachments.get(), 1, "GL-0048213"),
            "/queue/filters/",
            "/sign-out/",
            "/responses/new/",
        ),
    }.items():
        if who:
            sign_in(who)
        for address in addresses:
            page.goto(address)
            for width, height in (WIDTHS["desktop"], WIDTHS["phone"]):
                page.set_viewport_size({"width": width, "height": height})
                assert_accessible(page)
                assert_no_sideways_scroll(page)
            assert_readable_in_the_other_theme(page)
