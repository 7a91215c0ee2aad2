"""The sandbox: what the desk sends is kept for people and programs, on this machine only."""

from __future__ import annotations

import json
import smtplib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.mail.conftest import Sandbox


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    running = Sandbox(tmp_path)
    yield running
    running.end()
    assert running.process.stdout is not None
    running.process.stdout.close()


def message(subject: str = "Grüße aus Łódź", to: str = "Ana Silva <ana@acme.example>") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Desk <partnersupport@gitlab.com>", to, subject
    mail["Message-ID"] = "<1@gitlab.com>"
    mail.set_content("Hello <b>Ana</b>\n")
    mail.add_alternative("<p>Hello</p><script>alert(1)</script>", subtype="html")
    mail.add_attachment(b"<script>x</script>", maintype="text", subtype="html", filename="März.html")
    return mail


def send(sandbox: Sandbox, mail: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port, timeout=5) as smtp:
        smtp.send_message(mail)


def test_the_list_for_programs(sandbox: Sandbox) -> None:
    """Contract §1"""
    assert sandbox.messages() == []
    send(sandbox, message("first"))
    send(sandbox, message())
    newest, oldest = sandbox.messages()
    assert (newest["subject"], oldest["subject"]) == ("Grüße aus Łódź", "first")
    assert (newest["from"], newest["to"]) == ("partnersupport@gitlab.com", ["ana@acme.example"])
    assert newest["message_id"] == "<1@gitlab.com>"
    assert newest["received"] >= oldest["received"]
    assert newest["id"] != oldest["id"]


def test_the_bytes_are_unchanged(sandbox: Sandbox) -> None:
    raw = b"Subject: x\r\nX-Odd:  y \r\n\r\n.leading dot\r\n\xff\r\n"
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port, timeout=5) as smtp:
        smtp.sendmail("a@x.example", ["b@x.example"], raw)
    assert sandbox.raw(sandbox.messages()[0]["id"]) == raw


def test_the_page_for_people(sandbox: Sandbox) -> None:
    send(sandbox, message("<script>alert(1)</script>"))
    number = sandbox.messages()[0]["id"]
    for path in ("/mail/", f"/mail/{number}/"):
        page = sandbox.get(path).decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script" not in page
    assert "Hello &lt;b&gt;Ana&lt;/b&gt;" in page
    assert "März.html" in page


def test_html_and_files_can_do_nothing(sandbox: Sandbox) -> None:
    send(sandbox, message())
    number = sandbox.messages()[0]["id"]
    with urllib.request.urlopen(f"{sandbox.url}/mail/{number}/html", timeout=5) as answer:  # noqa: S310 - our own http address
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    with urllib.request.urlopen(f"{sandbox.url}/mail/{number}/parts/0", timeout=5) as answer:  # noqa: S310
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.read() == b"<script>x</script>"


@pytest.mark.parametrize(
    "path", ["/nothing", "/mail/99.eml", "/mail/99/", "/mail/99/html", "/mail/x.eml", "/mail/../x"]
)
def test_unknown_pages(sandbox: Sandbox, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as problem:
        sandbox.get(path)
    assert problem.value.code == 404
    assert json.loads(problem.value.read())["status"] == 404


def test_it_survives_a_restart(tmp_path: Path, sandbox: Sandbox) -> None:
    send(sandbox, message())
    began = time.monotonic()
    assert sandbox.end() == 0
    assert time.monotonic() - began < 5
    again = Sandbox(tmp_path)
    assert len(again.messages()) == 1
    again.end()
    assert again.process.stdout is not None
    again.process.stdout.close()


@pytest.mark.parametrize(("mode", "code"), [("451", 451), ("550", 550)])
def test_faults_on_demand(sandbox: Sandbox, mode: str, code: int) -> None:
    sandbox.fault(mode, times=1)
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        send(sandbox, message())
    assert refusal.value.smtp_code == code
    send(sandbox, message())
    assert len(sandbox.messages()) == 1


def test_a_dropped_connection(sandbox: Sandbox) -> None:
    sandbox.fault("drop", times=1)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(sandbox, message())
    assert sandbox.messages() == []


def test_an_unknown_fault_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(urllib.error.HTTPError) as problem:
        sandbox.fault("flood")
    assert problem.value.code == 400


@pytest.mark.parametrize(
    "host",
    [
        "0.0.0.0",  # noqa: S104 - what must be refused
        "192.0.2.1",
        "example.com",
        "::",
    ],
)
def test_only_loopback(host: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "sandbox",
        "--host",
        host,
        "--port",
        "0",
        "--smtp-port",
        "0",
        "--state",
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 2
    assert "is not a loopback address" in done.stderr
