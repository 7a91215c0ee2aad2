"""The partner's door in a real browser: the form, its draft, the tracking page; with scripts and without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import WIDTHS, Check, SignIn
from tests.conftest import Cast
from tickets import actions
from tickets.actions import Recipient
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)

PROOF = "/request/?kind=proof-of-execution"
PDF: Any = {"name": "SOW_Havelland-Klinik_signed.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 signed"}
# A file dropped from outside: only the page's own scripts can make such an event.
DROP = """([zone, name]) => {
  const files = new DataTransfer();
  files.items.add(new File(["dropped"], name, { type: "text/plain" }));
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
}"""


def fill_in(page: Page) -> None:
    page.get_by_label("Partner").fill("Northwind DevOps GmbH")
    page.get_by_label("Customer").fill("Havelland Klinik AG")
    page.get_by_label("Service Attach Deal ID").fill("GL-0048213")
    page.get_by_label("Services end on").fill("2027-01-20")
    page.get_by_label("Your name").fill("Ana Silva")
    page.get_by_label("Your e-mail").fill("ana@acme.example")


def request_sent(page: Page) -> Ticket:
    page.goto(PROOF)
    page.set_input_files("#id_documents", PDF)
    expect(page.locator("#id_documents_list")).to_contain_text("SOW_Havelland")
    fill_in(page)
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have your request")
    return Ticket.objects.get()


def test_a_proof_is_sent_and_answered(page: Page, cast: Cast, picture: Callable[[str], None]) -> None:
    page.goto("/request/")
    page.get_by_role("radio", name="Proof of execution").check(force=True)
    expect(page.get_by_role("heading", name="Proof of execution")).to_be_visible()
    expect(page).to_have_url("/request/?kind=proof-of-execution")
    ticket = request_sent(page)
    expect(page.locator("main")).to_contain_text(ticket.reference)
    picture("tracking")
    actions.reply(ticket, by=cast.nadia, body="All three match.", to=[Recipient(address="ana@acme.example")])
    page.reload()
    expect(page.locator("main")).to_contain_text("All three match.")
    page.get_by_label("Your message").fill("The handover protocol too.")
    page.set_input_files("#id_files", {"name": "Handover.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"})
    expect(page.locator("#id_files_list")).to_contain_text("Handover.pdf")
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("link", name="Handover.pdf")).to_be_visible()
    assert ticket.messages.count() == 3


def test_text_and_files_outlast_a_reload(page: Page) -> None:
    page.goto(PROOF)
    page.get_by_label("Customer").fill("Havelland Klinik AG")
    expect(page.locator("[data-draft-state]")).to_contain_text("Kept at")
    page.evaluate(DROP, [page.locator(".drop").element_handle(), "dropped.txt"])
    expect(page.locator("#id_documents_list")).to_contain_text("dropped.txt")
    page.reload()
    expect(page.get_by_label("Customer")).to_have_value("Havelland Klinik AG")
    expect(page.locator("#id_documents_list")).to_contain_text("dropped.txt")
    page.get_by_role("button", name="Take out dropped.txt").click()
    expect(page.locator("#id_documents_list")).to_be_empty()
    page.reload()
    expect(page.locator("#id_documents_list")).to_be_empty()


def test_choosing_another_card_keeps_what_was_typed(page: Page) -> None:
    page.goto(PROOF)
    page.get_by_label("Customer").fill("Havelland Klinik AG")
    page.get_by_label("Your name").fill("Ana Silva")
    page.get_by_role("radio", name="NFR licence").check(force=True)
    expect(page.get_by_label("Namespace")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_value("Ana Silva")
    expect(page.locator("#next")).to_contain_text("First answer within 2 business days")
    page.get_by_role("radio", name="Proof of execution").check(force=True)
    expect(page.get_by_label("Customer")).to_have_value("Havelland Klinik AG")


def test_on_a_phone_a_choice_brings_its_fields_into_sight(page: Page) -> None:
    across, down = WIDTHS["phone"]
    page.set_viewport_size({"width": across, "height": down})
    page.goto("/request/")
    page.get_by_role("radio", name="Proof of execution").check(force=True)
    expect(page.get_by_role("heading", name="Proof of execution")).to_be_in_viewport()


def test_what_is_wrong_is_said_first_and_leads_to_its_field(page: Page, assert_accessible: Check) -> None:
    page.goto(PROOF)
    page.get_by_label("Your e-mail").fill("nobody")
    page.get_by_role("button", name="Send request").click()
    expect(page.locator("#errors")).to_be_focused()
    assert_accessible(page)
    page.get_by_role("link", name="This is not an e-mail address").click()
    expect(page.get_by_label("Your e-mail")).to_be_focused()
    expect(page.get_by_label("Your e-mail")).to_have_value("nobody")


def test_enter_sends_and_never_takes_a_file_out(page: Page) -> None:
    page.goto(PROOF)
    page.set_input_files("#id_documents", PDF)
    expect(page.locator("#id_documents_list")).to_contain_text("SOW_Havelland")
    fill_in(page)
    page.get_by_label("Customer").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have your request")


def test_all_of_it_without_scripts(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/request/")
    page.locator("label.type-card", has_text="Proof of execution").click()
    page.get_by_role("button", name="Show the fields").click()
    page.set_input_files("#id_documents", PDF)
    page.get_by_role("button", name="Send request").click()
    expect(page.locator("#errors")).to_contain_text("Customer is missing.")
    expect(page.locator("#id_documents_list")).to_contain_text("SOW_Havelland")
    fill_in(page)
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have your request")
    page.get_by_label("Your message").fill("One more thing.")
    page.get_by_role("button", name="Send message").click()
    expect(page.locator("main")).to_contain_text("One more thing.")
    assert Ticket.objects.get().attachments.get().filename == PDF["name"]
    context.close()


def test_axe_finds_nothing(
    page: Page,
    cast: Cast,
    sign_in: SignIn,
    theme: Callable[[str], None],
    assert_accessible: Check,
    assert_readable_in_the_other_theme: Check,
    picture: Callable[[str], None],
) -> None:
    def check() -> None:
        assert_accessible(page)
        assert_readable_in_the_other_theme(page)

    theme("light")
    for path in ("/request/", PROOF, "/request/?kind=purchase_order", "/request/?kind=zebra", "/request/received/"):
        page.goto(path)
        check()
    request_sent(page)
    check()
    assert cast.katrin.user is not None
    sign_in(cast.katrin.email)
    page.goto(PROOF)
    check()
    picture("request")
    page.goto("/portal/")
    check()


def test_no_page_is_wider_than_the_screen(page: Page, assert_no_sideways_scroll: Check) -> None:
    def check() -> None:
        for across, down in WIDTHS.values():
            page.set_viewport_size({"width": across, "height": down})
            assert_no_sideways_scroll(page)

    for path in ("/request/", PROOF):
        page.goto(path)
        check()
    page.get_by_role("button", name="Send request").click()
    expect(page.locator("#errors")).to_be_visible()
    check()
    request_sent(page)
    check()
