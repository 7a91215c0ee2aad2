"""The main job through real servers: mail in by SMTP, the queue, take, reply, the caught mail, the answer, the end.

A real SMTP door, a real Celery worker, the sandbox's mail catcher and a real browser share the test's database.
"""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from journal.record import Actor
from mail import tasks
from mail.models import OutgoingMail
from tests.browser.whole_desk import Desk, desk, until
from tests.conftest import PASSWORD, Cast
from tickets.actions import NewTicket, Recipient, open_ticket, reply
from tickets.models.ticket import Channel

__all__ = ["desk"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def partner_mail() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Katrin Vogel <katrin@northwind.example.com>"
    message["To"] = django_settings.SUPPORT_ADDRESS
    message["Subject"] = "Our colleague cannot sign in to the portal"
    message["Message-ID"] = "<first@northwind.example.com>"
    message.set_content("Good morning,\n\nthe portal says: account not activated.\n\nKatrin")
    message.add_attachment(b"%PDF-1.4\n%%EOF\n", maintype="application", subtype="pdf", filename="screen.pdf")
    return message


def answer_to(caught: EmailMessage, text: str) -> EmailMessage:
    """What a mail program makes of “Reply”."""
    message = EmailMessage()
    message["From"] = "Katrin Vogel <katrin@northwind.example.com>"
    message["To"] = str(caught["Reply-To"])
    message["Subject"] = f"Re: {caught['Subject']}"
    message["In-Reply-To"] = str(caught["Message-ID"])
    message["References"] = f"{caught['References'] or ''} {caught['Message-ID']}".strip()
    message["Message-ID"] = f"<{abs(hash(text))}@northwind.example.com>"
    message.set_content(f"{text}\n\nOn Tue, 22 Nov 2022 at 10:00, Partner Help Desk wrote:\n> Hello Katrin\n")
    return message


def test_the_whole_main_job(
    desk: Desk, cast: Cast, handbook: None, page: Page, live_server: Any, tmp_path: Path
) -> None:
    """Issue A's last line, step by step."""
    call_command("load_handbook", verbosity=0)
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_label("E-mail").fill(cast.nadia.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/queue/")

    desk.send(partner_mail())  # in by SMTP …
    page.get_by_text("Show", exact=False).filter(has_text="new").first.click(timeout=30_000)  # … no reload
    row = page.get_by_role("link", name="Our colleague cannot sign in to the portal").first
    expect(row).to_be_visible()

    acknowledgement = until(
        lambda: [one for one in desk.caught() if "We have your request" in one["subject"]], what="the acknowledgement"
    )[0]
    assert desk.message(acknowledgement["id"])["Auto-Submitted"] == "auto-replied"

    page.get_by_role("button", name="Take").first.click()
    expect(page.locator(".queue-row").first.get_by_text("Nadia")).to_be_visible()
    row.click()
    page.wait_for_url("**/tickets/PHD-*/**")
    reference = page.url.partition("/tickets/")[2].partition("/")[0]

    proof = tmp_path / "guide.pdf"
    proof.write_bytes(b"%PDF-1.4\n%%EOF\n")
    page.locator("textarea[name=body]").first.fill("Hello Katrin,\n\nyour colleague is **active** now.\n\nNadia")
    page.locator("input[type=file]").first.set_input_files(proof)
    expect(page.get_by_text("guide.pdf").first).to_be_visible()
    page.get_by_role("button", name="Send", exact=False).first.click()
    expect(page.locator("article", has_text="your colleague is active now")).to_be_visible()

    caught = until(lambda: [one for one in desk.caught() if one["subject"].startswith("Re: ")], what="the reply")[0]
    reply = desk.message(caught["id"])
    assert reference in reply["Subject"]
    assert "katrin@northwind.example.com" in reply["To"]
    assert reply["In-Reply-To"] == "<first@northwind.example.com>"
    assert "<first@northwind.example.com>" in reply["References"]
    assert reply["Reply-To"].startswith("partnersupport+") or "partnersupport+" in reply["Reply-To"]
    assert "Auto-Submitted" not in reply
    assert [part.get_filename() for part in reply.iter_attachments()] == ["guide.pdf"]
    body = reply.get_body(("html",))
    assert body is not None
    assert "<strong>active</strong>" in body.get_content()

    desk.send(answer_to(reply, "Thank you, it works."))  # the partner answers …
    expect(page.locator("article", has_text="Thank you, it works.")).to_be_visible(
        timeout=30_000
    )  # … on the same ticket

    page.goto(f"{live_server.url}/tickets/{reference}/")
    page.get_by_role("button", name="In progress").first.click()
    page.get_by_role("menuitem", name="Resolved").or_(page.get_by_role("button", name="Resolved")).first.click()
    expect(page.get_by_text("Resolved").first).to_be_visible()

    desk.send(answer_to(reply, "Sorry, it failed again."))
    expect(page.locator("article", has_text="Sorry, it failed again.")).to_be_visible(timeout=30_000)
    page.goto(f"{live_server.url}/tickets/{reference}/")
    expect(page.get_by_role("button", name="In progress").first).to_be_visible()
    assert len([one for one in desk.caught() if "We have your request" in one["subject"]]) == 1


def test_a_worker_killed_while_sending_loses_no_mail(desk: Desk, cast: Cast) -> None:
    """F-01: `kill -9` in the middle of SMTP; after the lease another worker sends the same mail under its one id."""
    desk.smtp_is("hang")
    new = NewTicket(kind="general", subject="Help", requester=cast.katrin, body="Hello", channel=Channel.FORM)
    ticket = open_ticket(new, by=Actor("Katrin"))
    mail = reply(ticket, by=cast.nadia, body="Here it is.", to=[Recipient(address=cast.katrin.email)]).outgoing
    assert mail is not None
    rows = OutgoingMail.objects.filter(pk=mail.pk)
    until(lambda: rows.filter(state=OutgoingMail.State.SENDING).exists(), what="the mail to be on its way")
    desk.worker.kill()
    desk.worker.wait()
    assert desk.caught() == []
    desk.smtp_is("ok")
    rows.update(claimed_until=timezone.now() - timedelta(seconds=1))  # the lease's minutes are not waited for
    desk.worker = desk.start_worker()
    tasks.sweep_mail()
    until(lambda: rows.filter(state=OutgoingMail.State.SENT).exists(), what="the mail to be sent")
    # The server that hung may keep what the dead worker had given it: then twice, under the one id (F-01).
    assert {one["message_id"] for one in desk.caught()} == {mail.message_id}
