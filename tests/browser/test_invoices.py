"""An invoice asked for by the wrong party, then by the right one: a real worker, Salesforce's sandbox, real SMTP."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from partners.models import Account, AccountDomain
from tests.browser.conftest import Check, SignIn
from tests.browser.whole_desk import Desk, desk, until
from tests.conftest import Cast
from tickets.models import Ticket

__all__ = ["desk"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]
PATIENCE = 30_000  # milliseconds
NUMBER = "INV-0024702"  # of a deal of Fjordlys, made out to the distributor
RESELLER, DISTRIBUTOR = "Fjordlys Konsult AS", "Rheinland Distribution GmbH"


def test_only_the_invoiced_party_gets_it(
    desk: Desk, cast: Cast, page: Page, sign_in: SignIn, assert_accessible: Check
) -> None:
    known(RESELLER, "0018dQx00000012ABA", "fjordlys.example")
    known(DISTRIBUTOR, "0018dQx00000025ABA", "rheinland-distribution.example")
    sign_in(cast.nadia.email)

    desk.send(letter("Ingrid Solberg <ingrid.solberg@fjordlys.example>"))
    page.goto(f"/tickets/{ticket_of('ingrid.solberg@fjordlys.example').reference}/")
    steps = page.locator("#ticket-steps")
    expect(steps).to_contain_text("the order went through them", timeout=PATIENCE)
    composer = page.locator("textarea[name=body]").first
    expect(composer).to_have_value(text_with(f"The order for Aurora Textil – Premium 45 went through {DISTRIBUTOR}"))  # noqa: RUF001 - as Salesforce writes it
    assert_accessible(page)
    send(page)
    refusal = caught(desk, "ingrid.solberg@fjordlys.example")
    assert list(refusal.iter_attachments()) == []
    expect(page.get_by_text("Resolved").first).to_be_visible()

    desk.send(letter("Petra Lange <petra.lange@rheinland-distribution.example>"))
    page.goto(f"/tickets/{ticket_of('petra.lange@rheinland-distribution.example').reference}/")
    expect(steps).to_contain_text(f"Fetched: {NUMBER}.pdf", timeout=PATIENCE)
    expect(page.get_by_text(f"{NUMBER}.pdf").last).to_be_visible()
    send(page)
    answer = caught(desk, "petra.lange@rheinland-distribution.example")
    [attached] = answer.iter_attachments()
    assert attached.get_filename() == f"{NUMBER}.pdf"
    assert attached.get_payload(decode=True)[:5] == b"%PDF-"  # type: ignore[index]


def known(name: str, identity: str, domain: str) -> None:
    AccountDomain.objects.create(account=Account.objects.create(name=name, salesforce_id=identity), domain=domain)


def letter(sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = sender, settings.SUPPORT_ADDRESS
    message["Subject"] = f"Copy of invoice {NUMBER}"
    message.set_content(f"Hello,\n\nplease send us a copy of invoice {NUMBER}.\n")
    return message


def ticket_of(address: str) -> Ticket:
    return until(lambda: Ticket.objects.filter(requester__email=address).first(), what=f"the ticket of {address}")


def text_with(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words), re.IGNORECASE)


def send(page: Page) -> None:
    page.get_by_role("button", name="Send", exact=False).first.click()
    expect(page.locator("#ticket-steps")).to_contain_text("Sent to", timeout=PATIENCE)


def caught(desk: Desk, address: str) -> EmailMessage:
    """The answer to them; the acknowledgement of their mail is another one."""

    def look() -> EmailMessage | None:
        mails = [desk.message(one["id"]) for one in desk.caught()]
        return next((one for one in mails if address in str(one["To"]) and one["Auto-Submitted"] is None), None)

    return until(look, what=f"the answer to {address}")
