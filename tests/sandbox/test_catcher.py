"""The sandbox: what the desk sends is kept for people and programs, on this machine only."""

from __future__ import annotations

import argparse
import json
import smtplib
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from sandbox.__main__ import loopback
from tests.mail.conftest import Sandbox


class Catcher(Sandbox):
    """One process for all tests here; `messages` are those of the test."""

    before: frozenset[int] = frozenset()

    def begin(self) -> None:
        self.fault("ok")
        self.before = frozenset(one["id"] for one in super().messages())

    def messages(self) -> list[dict[str, Any]]:
        return [one for one in super().messages() if one["id"] not in self.before]

    def end(self) -> int:
        assert self.process.stdout is not None
        self.process.stdout.close()
        return super().end()


@pytest.fixture(scope="module")
def catcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catcher]:
    running = Catcher(tmp_path_factory.mktemp("catcher"))
    yield running
    running.end()


@pytest.fixture
def sandbox(catcher: Catcher) -> Catcher:
    catcher.begin()
    return catcher


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
    "path", ["/nothing", "/mail/999.eml", "/mail/999/", "/mail/999/html", "/mail/x.eml", "/mail/../x"]
)
def test_unknown_pages(sandbox: Sandbox, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as problem:
        sandbox.get(path)
    assert problem.value.code == 404
    assert json.loads(problem.value.read())["status"] == 404


def test_it_survives_a_restart(tmp_path: Path) -> None:
    first = Catcher(tmp_path)
    send(first, message())
    assert first.end() == 0
    again = Catcher(tmp_path)
    assert len(again.messages()) == 1
    again.end()


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


@pytest.mark.parametrize("host", ["192.0.2.1", "example.com", "::", "0"])
def test_no_other_address_is_loopback(host: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not a loopback address"):
        loopback(host)


def test_only_loopback(tmp_path: Path) -> None:
    asked = ["--host", "0.0.0.0", "--port", "0", "--smtp-port", "0", "--state", str(tmp_path)]  # noqa: S104 - refused
    command = [sys.executable, "-m", "sandbox", *asked]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "is not a loopback address" in done.stderr
