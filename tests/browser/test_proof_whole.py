"""A proof from the mail to the reply: the Deal ID is missing, the partner is asked, answers, and it is submitted.

Real SMTP, a real worker, the sandbox's Salesforce and mail catcher, and what is clicked on the ticket.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from partners import sync
from people.models import ChannelManager
from service_attach.models import Proof
from tests.browser.conftest import SignIn
from tests.browser.whole_desk import Desk, desk, until
from tests.conftest import Cast
from tests.service_attach.documents import sow
from tests.service_attach.submitting import known_in_salesforce
from tickets.models import Ticket

__all__ = ["desk"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]
PATIENCE = 40_000  # milliseconds
KATRIN = "Katrin Vogel <katrin@northwind.example.com>"


def test_a_proof_without_its_deal_id(
    desk: Desk, cast: Cast, page: Page, sign_in: SignIn, picture: Callable[[str], None]
) -> None:
    known_in_salesforce(cast)
    sync.ask(full=True)
    until(ChannelManager.objects.exclude(salesforce_email="").exists, what="partners and managers of Salesforce")
    desk.send(written())
    ticket = until(Ticket.objects.filter(kind="service_attach").first, what="the ticket")
    sign_in(cast.nadia.email)
    page.goto(f"/tickets/{ticket.reference}/")
    is_asked_for_the_deal_id(desk, page)
    desk.send(answer_to(mail_to_katrin(desk, "needs one more thing|Proof of execution"), "It is GL-0048213."))
    is_submitted(page, picture)
    is_in_salesforce(desk, page, picture)
    page.goto(f"/tickets/{ticket.reference}/")
    is_answered(desk, page, picture)
    proof = Proof.objects.get(ticket=ticket)
    assert (proof.stage, proof.decided_by, proof.manager_name) == ("won", cast.nadia, "Sofia Marchetti")


def is_asked_for_the_deal_id(desk: Desk, page: Page) -> None:
    """The question stands in the composer and names exactly what is missing."""
    expect(page.locator("#step-complete")).to_contain_text("Deal ID", timeout=PATIENCE)
    body = page.locator("textarea[name=body]").first
    expect(body).to_have_value(re.compile("Service Attach Deal ID: it stands in the partner portal"), timeout=PATIENCE)
    assert "Customer Name:" not in body.input_value()
    page.get_by_role("button", name="Send", exact=False).first.click()
    expect(page.locator("#step-complete")).to_contain_text("Asked for: Deal ID", timeout=PATIENCE)


def is_submitted(page: Page, picture: Callable[[str], None]) -> None:
    """Every write is shown before → after; one press does them."""
    decide = page.locator("#step-decide")
    expect(decide).to_have_attribute("aria-current", "step", timeout=PATIENCE)
    expect(page.locator("#step-registration")).to_contain_text("All 12 checks are met.")
    expect(page.locator("#step-manager")).to_contain_text("Sofia Marchetti approved the registration.")
    for words in ("Approved", "Closed-Won", "SOW.pdf", "@Sofia Marchetti"):
        expect(decide).to_contain_text(words)
    picture("proof-to-decide")
    decide.get_by_text("Submit it: Closed-Won, document and post").click()
    decide.get_by_role("button", name="Decide").click()
    expect(page.locator("#step-chatter")).to_contain_text("Sofia Marchetti has the document", timeout=PATIENCE)
    expect(page.locator("#step-send")).to_contain_text("Drafted in the composer.", timeout=PATIENCE)
    picture("proof-submitted")


def is_in_salesforce(desk: Desk, page: Page, picture: Callable[[str], None]) -> None:
    """On the sandbox's own pages: the status, the file once, the post once with its mention."""
    proof = Proof.objects.get()
    page.goto(proof.registration["link"])
    expect(page.get_by_text("Closed-Won").first).to_be_visible()
    page.goto(proof.opportunity["link"])
    expect(page.get_by_text("SOW.pdf").first).to_be_visible()
    expect(page.get_by_text("@Sofia Marchetti Northwind DevOps GmbH has sent", exact=False).first).to_be_visible()
    picture("proof-in-salesforce")


def is_answered(desk: Desk, page: Page, picture: Callable[[str], None]) -> None:
    body = page.locator("textarea[name=body]").first
    expect(body).to_have_value(re.compile("Deal ID GL-0048213, is submitted"), timeout=PATIENCE)
    page.get_by_role("button", name="Send", exact=False).first.click()
    expect(page.locator("#step-solve .disc")).to_have_class("disc disc-done", timeout=PATIENCE)
    told = mail_to_katrin(desk, "", with_words="is submitted: the registration is Closed-Won")
    assert "Sofia Marchetti has the document" in text_of(told)
    picture("proof-answered")


def written() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = KATRIN, settings.SUPPORT_ADDRESS
    message["Subject"] = "Proof of execution: pipeline migration at Havelland Klinik"
    message["Message-ID"] = "<proof@northwind.example.com>"
    message.set_content("Good morning,\n\nattached is the statement of work. Could you submit it?\n\nKatrin")
    content = sow(without=["Service Attach"])
    message.add_attachment(content, maintype="application", subtype="pdf", filename="SOW.pdf")
    return message


def answer_to(caught: EmailMessage, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = KATRIN, str(caught["Reply-To"])
    message["Subject"] = f"Re: {caught['Subject']}"
    message["In-Reply-To"] = message["References"] = str(caught["Message-ID"])
    message["Message-ID"] = "<answer@northwind.example.com>"
    message.set_content(text)
    return message


def mail_to_katrin(desk: Desk, subject: str, *, with_words: str = "") -> EmailMessage:
    def newest() -> EmailMessage | None:
        for one in desk.caught():
            message = desk.message(one["id"])
            fits = re.search(subject, str(message["Subject"])) and with_words in " ".join(text_of(message).split())
            if fits and "katrin@" in str(message["To"]) and not message["Auto-Submitted"]:
                return message
        return None

    return until(newest, what=f"the mail about {subject or with_words}", seconds=40)


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return " ".join(body.get_content().split()) if body is not None else ""
