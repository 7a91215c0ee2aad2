"""A whole new licence: a partner's mail, the decision, Support's number and answer, the register, the reply."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from nfr.models import Licence, SupportRequest
from partners.models import Account
from tests.browser.conftest import Check, SignIn
from tests.browser.whole_desk import Desk, desk, until
from tests.conftest import Cast
from tickets.models import Step, Ticket

__all__ = ["desk"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]
PATIENCE = 30_000  # milliseconds
TEXT = "Hello,\n\nwe need a new NFR licence for GitLab SaaS with 10 seats.\n"
GROUP = "Hello,\n\nhere it is: https://gitlab.com/groups/northwind-devops/lab. The trial is running.\n"


def test_a_new_licence_from_the_mail_to_the_register(
    desk: Desk, cast: Cast, page: Page, sign_in: SignIn, assert_accessible: Check
) -> None:
    Account.objects.filter(pk=cast.northwind.pk).update(partner_status="Authorized", partner_type="Channel")
    sign_in(cast.nadia.email)
    desk.send(letter("katrin@northwind.example.com", "NFR licence", TEXT))
    ticket = until(lambda: Ticket.objects.filter(kind="nfr").first(), what="the ticket")
    page.goto(f"/tickets/{ticket.reference}/")
    steps, card = page.locator("#ticket-steps"), page.locator(".nfr-facts")

    is_reached(page, "complete")
    expect(steps).to_contain_text("Missing: the namespace", timeout=PATIENCE)
    expect(page.locator("textarea[name=body]").first).to_have_value(text_with("Create a top-level group"))
    page.get_by_role("button", name="Send", exact=False).first.click()
    expect(steps).to_contain_text("Waiting for the partner", timeout=PATIENCE)
    desk.send(letter("katrin@northwind.example.com", f"Re: [{ticket.reference}] NFR licence", GROUP))
    is_reached(page, "decide")
    expect(page.get_by_role("radio", name="Ask Support for it")).to_be_visible(timeout=PATIENCE)
    expect(card).to_contain_text("northwind-devops")
    expect(steps).to_contain_text("Hint")  # no certificate is known: a nudge, no no
    assert_accessible(page)

    page.get_by_role("radio", name="Ask Support for it").check()
    page.get_by_role("textbox", name="Reason").fill("The dashboard is not loaded yet.")
    page.get_by_role("button", name="Decide").click()
    expect(card.locator(".nfr-text")).to_contain_text("Namespace: northwind-devops", timeout=PATIENCE)
    page.get_by_label("Support's ticket for SaaS").fill("#412345")
    page.get_by_role("button", name="Support is asked").click()
    expect(steps).to_contain_text("Waiting for Support", timeout=PATIENCE)
    assert SupportRequest.objects.get().number == "412345"

    desk.send(letter("support@gitlab.com", "[GitLab Support] Re: NFR licence #412345", "The plan is set.\n"))
    is_reached(page, "outcome")
    expect(page.get_by_role("button", name="Keep what Support did")).to_be_visible(timeout=PATIENCE)
    assert_accessible(page)
    page.get_by_role("button", name="Keep what Support did").click()
    is_reached(page, "send")
    expect(page.locator("textarea[name=body]").first).to_have_value(text_with("GitLab SaaS, Ultimate, 10 seats"))
    licence = Licence.objects.get(account=cast.northwind)
    assert (licence.namespace, licence.seats, licence.support_ticket) == ("northwind-devops", 10, "412345")
    send(page)
    expect(page.get_by_text("Resolved").first).to_be_visible(timeout=PATIENCE)


def is_reached(page: Page, slug: str) -> None:
    """The worker has gone on to this step; the page asks now what it asks every ten seconds."""
    until(Step.objects.filter(slug=slug, state="waiting").exists, what=f"the step {slug}")
    page.locator("#ticket-poll").dispatch_event("poll")


def letter(sender: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, settings.SUPPORT_ADDRESS, subject
    message.set_content(text)
    return message


def text_with(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words))


def send(page: Page) -> None:
    page.get_by_role("button", name="Send", exact=False).first.click()
    expect(page.locator("#ticket-steps")).to_contain_text("Sent to", timeout=PATIENCE)
