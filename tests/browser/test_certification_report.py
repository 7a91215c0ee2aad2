"""A report from the request to the reply: the export is dropped on the ticket, a stranger left out, the table sent."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.certification.conftest import OMAR, TEAM, asks, export_of, request_of, table_of, worked, world_of
from tests.tickets.conftest import OpenTicket, opened
from tickets.models import Message

__all__ = ["opened"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_export_is_dropped_and_the_table_goes_out(
    request: pytest.FixtureRequest,
    opened: OpenTicket,
    page: Page,
    sign_in: SignIn,
    assert_accessible: Check,
    assert_readable_in_the_other_theme: Check,
    assert_no_sideways_scroll: Check,
) -> None:
    cast = world_of(request)
    ticket = asks(opened)
    sign_in(cast.nadia.email)
    page.goto(f"/tickets/{ticket.reference}/")
    steps = page.locator("#ticket-steps")
    page.get_by_text("The fields").click()
    expect(page.locator(".pull-fields li")).to_have_count(15)
    page.get_by_label("Export (the page with the arrow)", exact=False).check()
    assert_accessible(page)
    assert_readable_in_the_other_theme(page)

    export = {"name": "users.csv", "mimeType": "text/csv", "buffer": export_of(*TEAM, OMAR)}
    page.set_input_files("#pull-upload", export)  # type: ignore[arg-type]  # choosing it sends it
    expect(page.get_by_text("The table is made: 4 people.")).to_be_visible()
    expect(steps.get_by_label("Omar Reyes", exact=False)).to_be_checked()
    page.locator("#decide-flagged").click()
    expect(steps).to_contain_text("1 of 1 left out. · Nadia Okafor")
    worked(ticket)
    page.reload()
    expect(steps).to_contain_text("For Katrin Vogel, with the table.")
    composer = page.locator("textarea[name=body]").first
    expect(composer).to_have_value(re.compile("Sales Core Training: 1"))
    page.get_by_role("button", name="Send", exact=False).first.click()
    expect(steps).to_contain_text("Sent to Katrin Vogel by Nadia Okafor.")
    sent = Message.objects.get(ticket=ticket, visibility="reply")
    report = request_of(ticket).report
    assert report is not None
    assert sent.attachments.get().stored == report.result
    assert OMAR[0] not in {row[0] for row in table_of(report)}

    for address in (f"/certification/reports/{report.pk}/", "/certification/reports/"):
        page.goto(address)
        for width, height in WIDTHS.values():
            page.set_viewport_size({"width": width, "height": height})
            assert_no_sideways_scroll(page)
        assert_accessible(page)
        assert_readable_in_the_other_theme(page)
    expect(page.get_by_role("link", name="Northwind DevOps GmbH")).to_be_visible()
