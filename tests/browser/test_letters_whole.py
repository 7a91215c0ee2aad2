"""Letters from the partner's form to their end, on the sandbox's own pages: approved there, declined there, the gate.

A real worker, Connect's signed callbacks and real SMTP; one desk for all of it, because starting it takes longer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from integrations.models import Envelope
from loa.models import Letter, LetterDecision, LetterRequest
from partners import sync
from partners.models import Account
from people.models import ChannelManager
from tests.browser.conftest import SignIn
from tests.browser.whole_desk import Desk, desk, until
from tests.conftest import Cast
from tests.integrations.docusign.conftest import GATED_LETTERS, LETTERS
from tests.partners.dashboards import dashboard

__all__ = ["desk"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]
PATIENCE = 30_000  # milliseconds
KORU = {"Company": "Koru Labs", "Your name": "Aroha Ngata", "Your e-mail address": "aroha@korulabs.example",
        "End customer": "Rimu Bank", "Country": "New Zealand", "What the letter": "Tender 12"}  # fmt: skip
BRISA = {"Company": "Brisa Digital", "Your name": "Inês Carvalho", "Your e-mail address": "ines@brisa.example",
         "End customer": "Câmara de Évora", "Country": "Portugal", "What the letter": "Tender 7"}  # fmt: skip
TESSELLATE = {"Company": "Tessellate Software Ltd", "Your name": "Priyanka Shah",
              "Your e-mail address": "priyanka@tessellate.example", "End customer": "Borough of Llanfair",
              "Country": "United Kingdom", "What the letter": "G-Cloud"}  # fmt: skip
FJORDLYS = {"Company": "Fjordlys Konsult AS", "Your name": "Ingrid Solberg",
            "Your e-mail address": "ingrid@fjordlys.example", "End customer": "Ålesund kommune", "Country": "Norway",
            "What the letter": "Framework"}  # fmt: skip
DECLINED = ": the Letter of Authorization for "  # in the subject
SALES = "Sales Core: 1 more person, counted in EMEA (1 of 2 so far)."


def test_three_letters(
    desk: Desk, cast: Cast, page: Page, sign_in: SignIn, tmp_path: Path, picture: Callable[[str], None]
) -> None:
    as_on_any_morning()
    walk = Walk(desk, page, tmp_path)
    request = walk.asks_by_the_portal()
    sign_in(cast.nadia.email)
    walk.is_approved_in_docusign(request)
    walk.is_dated_by_legal(request)
    walk.is_downloaded_by_the_partner(request)
    sign_in(cast.nadia.email)
    walk.is_declined_in_docusign()
    walk.is_released_by_the_desk(cast)
    walk.is_voided_by_the_desk()


def as_on_any_morning() -> None:
    """Salesforce has been read, and the certification dashboard of this week is here."""
    sync.ask(full=True)
    until(ChannelManager.objects.exclude(salesforce_email="").exists, what="partners and managers of Salesforce")
    met = {"Koru Labs Pty Ltd": True, "Brisa Digital Lda": False, "Tessellate Software Ltd": True,
           "Fjordlys Konsult AS": False}  # fmt: skip
    counts = {"Sales Core": 1, "Solution Architect Core": 1}
    accounts = Account.objects.filter(name__in=met)
    dashboard(timezone.localdate() - timedelta(days=2), [(one, met[one.name], counts) for one in accounts])


class Walk:
    """One browser that is partner, specialist, approver and Legal in turn."""

    def __init__(self, desk: Desk, page: Page, folder: Path) -> None:
        self.desk, self.page, self.folder = desk, page, folder

    def asks_by_the_portal(self) -> LetterRequest:
        """The form, our mail with DocuSign's form filled in, and the signature there: one request, one ticket."""
        page = self.page
        page.goto("/request/?kind=letter-of-authorization")
        page.get_by_label("Company").fill(KORU["Company"])
        page.get_by_label("Region of your agreement").select_option("APAC")
        page.get_by_label("Your name").fill(KORU["Your name"])
        page.get_by_label("Your e-mail").fill(KORU["Your e-mail address"])
        page.get_by_role("button", name="Send request").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have your request")
        page.goto(link_in(self.mail_to(KORU["Your e-mail address"], "fill in the form"), r"\S+/powerform/\S+"))
        expect(page.get_by_label("Company")).to_have_value(KORU["Company"])
        expect(page.get_by_label("Your name")).to_have_value(KORU["Your name"])
        self.signs({name: KORU[name] for name in ("End customer", "Country", "What the letter")})
        return self.request_of(KORU)

    def is_approved_in_docusign(self, request: LetterRequest) -> None:
        """The specialist reads the checks on the ticket and on the board, and approves as PHD in DocuSign."""
        page = self.page
        self.opens_ticket(request)
        expect(page.locator("#step-check")).to_contain_text("Approve: all is met.", timeout=PATIENCE)
        expect(page.locator("#step-decide")).to_have_attribute("aria-current", "step")
        page.goto("/loa/")
        page.locator(".lane", has_text="PHD").locator(".letter-card", has_text="Koru Labs").click()
        expect(page.locator(".check-row.is-met", has_text="Partner Status")).to_contain_text("Authorized")
        expect(page.locator(".check-row.is-met", has_text="Open Reqs Met?")).to_contain_text("Yes")
        page.get_by_role("button", name="Review & approve in DocuSign").click()
        page.wait_for_url(f"{self.desk.sandbox}/sign/session/**", timeout=PATIENCE)
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_text("It is approved and with Legal.")).to_be_visible(timeout=PATIENCE)

    def is_dated_by_legal(self, request: LetterRequest) -> None:
        page = self.page
        self.opens_as("Channel Legal", request)
        page.get_by_role("button", name="Sign and finish").click()
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
        self.opens_ticket(request)
        expect(page.locator("#step-solve .disc")).to_have_class("disc disc-done", timeout=PATIENCE)
        expect(page.locator("#step-tell")).to_contain_text("The letter went to Aroha Ngata.")

    def is_downloaded_by_the_partner(self, request: LetterRequest) -> None:
        """By the link of our mail, without signing in: the file that is attached to it as well."""
        page = self.page
        mail = self.mail_to(KORU["Your e-mail address"], "is valid")
        [attached] = mail.iter_attachments()
        page.context.clear_cookies()
        page.goto(link_in(mail, r"\S+/request/track/\S+"))
        expect(page.locator("h1")).to_have_text("Your letter is valid")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the letter").click()
        kept = self.folder / "letter.pdf"
        download.value.save_as(kept)
        assert kept.read_bytes() == attached.get_content()
        letter = Letter.objects.get()
        assert (letter.request, letter.state, letter.dated) == (request, "in_force", timezone.localdate())

    def is_declined_in_docusign(self) -> None:
        """By the rule, with all reasons at once: the first text goes to DocuSign, the mail leaves after its word."""
        page = self.page
        self.fills_in(LETTERS, BRISA)
        self.is_looked_at(BRISA)
        expect(page.locator(".check-row.is-missing")).to_have_count(2)
        reason = page.get_by_label("Reason for DocuSign").input_value()
        assert "Partner status is Pending; it must be Authorized." in reason
        page.get_by_role("button", name="Decline in DocuSign").click()
        page.wait_for_url(f"{self.desk.sandbox}/sign/session/**", timeout=PATIENCE)
        assert not self.mails_to(BRISA["Your e-mail address"], DECLINED)
        page.get_by_label("Reason to decline").press("ControlOrMeta+v")
        page.get_by_role("button", name="Decline to sign").click()
        expect(page.get_by_text("declined it in DocuSign.")).to_be_visible(timeout=PATIENCE)
        assert one_line(self.envelope_of(BRISA).reason) == one_line(reason)
        self.is_told_in_the_mail_catcher(
            BRISA, "Partner status is Pending; it must be Authorized.", manager="sofia@desk.example.com"
        )

    def is_released_by_the_desk(self, cast: Cast) -> None:
        """Where the template has the gate: approved here, by API, and the specialist is recorded."""
        page = self.page
        self.fills_in(GATED_LETTERS, TESSELLATE)
        self.is_looked_at(TESSELLATE)
        page.get_by_role("button", name="Approve and send to Legal").click()
        self.opens_ticket(self.request_of(TESSELLATE))
        expect(page.locator("#step-docusign")).to_contain_text("It is approved and with Legal.", timeout=PATIENCE)
        decision = LetterDecision.objects.get(request=self.request_of(TESSELLATE))
        assert (decision.by, decision.what, decision.how, decision.state) == (cast.nadia, "approve", "gate", "done")
        self.opens_as("Channel Legal", decision.request)

    def is_voided_by_the_desk(self) -> None:
        """The other way out of the gate: asked twice, then ended for everybody with the reason, then the mail."""
        page = self.page
        self.fills_in(GATED_LETTERS, FJORDLYS)
        self.is_looked_at(FJORDLYS)
        page.get_by_role("button", name="Void and send").click()
        expect(page.get_by_text("It cannot be undone.")).to_be_visible()
        reason = page.get_by_label("The reason they read").input_value()
        page.get_by_role("button", name="Void and send").click()
        self.is_told_in_the_mail_catcher(
            FJORDLYS, "The Open training requirements are not met", manager="jags.bewas@example.com"
        )
        envelope = self.envelope_of(FJORDLYS)
        assert (envelope.status, one_line(envelope.reason)) == ("voided", one_line(reason))

    def fills_in(self, form: str, given: dict[str, str]) -> None:
        self.page.goto(f"{self.desk.sandbox}/powerform/{form}")
        self.signs(given)

    def signs(self, given: dict[str, str]) -> None:
        for label, value in given.items():
            self.page.get_by_label(label).fill(value)
        self.page.get_by_role("button", name="Sign and send").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("You have signed, and it is on its way")

    def is_looked_at(self, given: dict[str, str]) -> None:
        """The letter's own page, from which the checks are read as soon as they are there."""
        request = self.request_of(given)
        until(LetterRequest.objects.filter(pk=request.pk, checked__isnull=False).exists, what="the checks")
        self.page.goto(f"/loa/{request.pk}/")
        expect(self.page.locator(".decision-choice")).to_be_visible(timeout=PATIENCE)

    def opens_ticket(self, request: LetterRequest) -> None:
        assert request.ticket is not None
        self.page.goto(f"/tickets/{request.ticket.reference}/")

    def opens_as(self, who: str, request: LetterRequest) -> None:
        envelope = request.envelope
        assert envelope is not None
        self.page.goto(f"{self.desk.sandbox}/docusign/{envelope.envelope_id}/")
        self.page.get_by_role("button", name=f"Open as {who}").click()

    def is_told_in_the_mail_catcher(self, given: dict[str, str], reason: str, *, manager: str) -> None:
        """One mail: to who asked, in copy the desk and the account's channel manager, with all that is missing."""
        page, address = self.page, given["Your e-mail address"]
        self.mail_to(address, DECLINED)
        page.goto(f"{self.desk.sandbox}/mail/")
        page.get_by_role("link", name=given["Company"]).click()
        facts, text = page.locator("dl.facts"), page.locator("pre.text")
        expect(facts.locator("dt:text-is('To') + dd")).to_have_text(address)
        expect(facts.locator("dt:text-is('Cc') + dd")).to_have_text(f"{manager}, partnersupport@gitlab.com")
        expect(text).to_contain_text(reason)
        expect(text).to_contain_text(SALES)
        assert len(self.mails_to(address, DECLINED)) == 1

    def request_of(self, given: dict[str, str]) -> LetterRequest:
        rows = LetterRequest.objects.filter(requester_email=given["Your e-mail address"], envelope__isnull=False)
        rows = rows.select_related("ticket", "envelope", "account")
        return until(rows.first, what=f"the request of {given['Your name']}")

    def envelope_of(self, given: dict[str, str]) -> Envelope:
        envelope = self.request_of(given).envelope
        assert envelope is not None
        return envelope

    def mail_to(self, address: str, subject: str) -> EmailMessage:
        found = until(lambda: self.mails_to(address, subject), what=f"the mail “… {subject} …” to {address}")
        return self.desk.message(found[0]["id"])

    def mails_to(self, address: str, subject: str) -> list[dict[str, Any]]:
        return [one for one in self.desk.caught() if address in one["recipients"] and subject in one["subject"]]


def link_in(mail: EmailMessage, pattern: str) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(pattern, body.get_content())
    assert found is not None
    return found.group(0)


def one_line(text: str) -> str:
    return " ".join(text.split())
