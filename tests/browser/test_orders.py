"""Purchase orders by mail, from the door to Salesforce: one that only the desk got, one that Order Operations has."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.whole_desk import Desk, desk, until
from tests.conftest import Cast
from tests.orders.stray import HAVELLAND, OPS, PO, letter, pdf, world
from tickets.models import Step, Ticket

__all__ = ["desk"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handbook")]
PATIENCE = 30_000  # milliseconds
ALONE, COPIED = "Purchase order PO-4500017", "Our PO-4500018 for Havelland Klinik"


def test_two_orders(desk: Desk, cast: Cast, page: Page, sign_in: SignIn, picture: Callable[[str], None]) -> None:
    world(cast)
    walk = Walk(desk, page, picture)
    order = {"PO-4500017.pdf": pdf(*PO)}
    desk.send(letter(files=order, Subject=ALONE))
    desk.send(letter(files=order, Subject=COPIED, Cc=f"Partner Order Ops <{OPS}>"))
    sign_in(cast.nadia.email)
    walk.agrees_to_attach(walk.waiting(ALONE, "document"))
    walk.is_handed_to_the_seller(walk.waiting(ALONE))
    walk.hangs_at_the_opportunity_once()
    walk.gets_only_the_answer(walk.waiting(COPIED))
    walk.hangs_at_the_opportunity_once()


class Walk:
    """A specialist with a browser, and what has left the house."""

    def __init__(self, desk: Desk, page: Page, picture: Callable[[str], None]) -> None:
        self.desk, self.page, self.picture = desk, page, picture

    def waiting(self, subject: str, slug: str = "send") -> Ticket:
        """A worker has done what comes before."""
        waiting = Step.objects.filter(slug=slug, state=Step.State.WAITING, ticket__subject=subject)
        return until(waiting.select_related("ticket").first, what=f"“{slug}” of “{subject}”").ticket

    def agrees_to_attach(self, ticket: Ticket) -> None:
        """Seen before it is written."""
        self.page.goto(f"/tickets/{ticket.reference}/")
        step = self.page.locator("#step-document")
        expect(step.get_by_role("radio", name="PO-4500017.pdf")).to_be_checked()
        expect(step).to_contain_text("Havelland Klinik")
        self.picture("order-agree")
        step.get_by_role("button", name="Go on").click()

    def is_handed_to_the_seller(self, ticket: Ticket) -> None:
        page = self.page
        page.goto(f"/tickets/{ticket.reference}/")
        for slug, words in (
            ("order_ops", "No: only the desk has it."),
            ("find", "Havelland Klinik"),
            ("people", "Greta Solheim, Noor Haddad, Maria Henry"),
            ("attach", "PO-4500017.pdf"),
            ("send", "Drafted in the composer."),
        ):
            expect(page.locator(f"#step-{slug}")).to_contain_text(words)
        self.picture("order-drafted")
        self.sends()
        mail = self.mail_to("greta.solheim@example.com")
        assert [one.get_filename() for one in mail.iter_attachments()] == ["PO-4500017.pdf"]
        assert "katrin@northwind.example.com" in mail["To"]
        for address in ("greta.solheim@example.com", "noor.haddad@example.com", "maria.henry@example.com", OPS):
            assert address in mail["Cc"]
        body = mail.get_body(("plain",))
        assert body is not None
        assert "attached it to the opportunity Havelland Klinik" in body.get_content()
        self.is_redirected(ticket)

    def gets_only_the_answer(self, ticket: Ticket) -> None:
        self.page.goto(f"/tickets/{ticket.reference}/")
        expect(self.page.locator("#step-order_ops")).to_contain_text("Cc of the mail from Katrin Vogel")
        self.picture("order-copied")
        self.sends()
        self.is_redirected(ticket)
        reply = ticket.messages.filter(visibility="reply", automatic=False).get()
        assert ([one["address"] for one in reply.to], reply.cc) == (["katrin@northwind.example.com"], [])
        assert not reply.attachments.exists()

    def hangs_at_the_opportunity_once(self) -> None:
        """As the sandbox's own page shows it."""
        self.page.goto(f"{self.desk.sandbox}/salesforce/Opportunity/{HAVELLAND}/")
        expect(self.page.get_by_role("link", name="PO-4500017")).to_have_count(1)

    def sends(self) -> None:
        self.page.get_by_role("button", name="Send", exact=False).first.click()

    def is_redirected(self, ticket: Ticket) -> None:
        expect(self.page.locator("#step-solve")).to_contain_text("Resolved as redirected.", timeout=PATIENCE)
        ticket.refresh_from_db()
        assert ticket.solved_reason == "redirected"

    def mail_to(self, address: str) -> EmailMessage:
        found = until(lambda: self.mails_to(address), what=f"the mail to {address}")
        return self.desk.message(found[0]["id"])

    def mails_to(self, address: str) -> list[dict[str, Any]]:
        return [one for one in self.desk.caught() if address in one["recipients"]]
