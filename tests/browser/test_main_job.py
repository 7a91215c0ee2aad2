"""The main job through real servers: mail in by SMTP, the queue, take, reply, the caught mail, the answer, the end.

A real SMTP door, a real Celery worker, the sandbox's mail catcher and a real browser share the test's database.
"""

from __future__ import annotations

import email
import email.policy
import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from helpdesk.celery import app
from journal.record import Actor
from mail import tasks
from mail.models import OutgoingMail
from tests.conftest import PASSWORD, Cast
from tickets.actions import NewTicket, Recipient, open_ticket, reply
from tickets.models.ticket import Channel

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(ask: Callable[[], T | None], *, what: str, seconds: float = 30) -> T:
    """The first true answer; a failure that says what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:.0f} s for {what}")


def database_url() -> str:
    """The test's own database, for programs beside the test."""
    given = connection.settings_dict
    host = quote(str(given["HOST"]), safe="") + (f":{given['PORT']}" if given["PORT"] else "")
    return f"postgresql://{given['USER']}:{given['PASSWORD'] or ''}@{host}/{given['NAME']}"


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Desk:
    """The running desk: where mail goes in, what has left, and the worker that may be killed."""

    smtp_port: int
    sandbox_port: int
    worker: subprocess.Popen[Any]
    start_worker: Callable[[], subprocess.Popen[Any]]

    def smtp_is(self, mode: str) -> None:
        """How the server that takes our mail behaves from now on."""
        asked = json.dumps({"mode": mode}).encode()
        urllib.request.urlopen(f"http://127.0.0.1:{self.sandbox_port}/faults/smtp", data=asked, timeout=5).close()

    def send(self, message: EmailMessage) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10) as smtp:
            smtp.send_message(message)

    def caught(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.sandbox_port}/mail/messages.json", timeout=5) as answer:
            return list(json.load(answer))

    def message(self, number: Any) -> EmailMessage:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.sandbox_port}/mail/{number}.eml", timeout=5) as answer:
            parsed = email.message_from_bytes(answer.read(), policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@pytest.fixture
def desk(transactional_db: None, tmp_path: Path, settings: Any) -> Iterator[Desk]:
    """Sandbox, SMTP door and worker as processes of their own, on the test's database."""
    smtp_port, sandbox_port, catcher_port = free_port(), free_port(), free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"},
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{catcher_port}",
        "STORAGE_URL": f"file://{quote(settings.MEDIA_ROOT)}",
        "DEMO": "1",
        "REMAP_SIGTERM": "SIGQUIT",
    }
    app.control.purge()
    sandbox = f"-m sandbox --port {sandbox_port} --smtp-port {catcher_port} --state".split()
    worker = ["-m", "celery", "-A", "helpdesk", "worker", "-c", "1", "-Q", "default,mail,steps,bulk", "-l", "warning"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    commands = [
        [sys.executable, *sandbox, str(tmp_path / "sandbox")],
        [sys.executable, "manage.py", "smtp_door", "--port", str(smtp_port)],
        [sys.executable, *worker, *quiet],
    ]
    log = (tmp_path / "processes.log").open("wb")
    start: Callable[[list[str]], subprocess.Popen[Any]] = partial(
        subprocess.Popen, cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    processes = [start(command) for command in commands]
    try:
        for port in (sandbox_port, catcher_port, smtp_port):
            until(partial(listens, port), what=f"port {port}; see {tmp_path / 'processes.log'}")
        until(partial(app.control.ping, timeout=0.5), what="the worker")
        running = Desk(smtp_port, sandbox_port, processes[-1], partial(start, commands[-1]))
        yield running
        processes[-1] = running.worker
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(timeout=15)
        log.close()


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
