"""A desk that only counts, and the real sandbox as the mail server."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mail import hooks
from mail.hooks import Handled
from mail.models import IncomingMail, OutgoingMail
from mail.parsing import ParsedMail
from tests.mail.certificates import Authority
from web import nudging


@dataclass
class Desk:
    """Takes mail in like the tickets app does, but keeps nothing: every mail is a new reference."""

    before: Callable[[IncomingMail, ParsedMail], None] | None = None
    taken: list[str] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1001))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def handle(self, mail: IncomingMail, parsed: ParsedMail) -> Handled:
        if self.before:
            self.before(mail, parsed)
        with self.lock:
            reference = f"PHD-{next(self.numbers)}"
            self.taken.append(mail.subject)
        return Handled(outcome="created", reason="It is a new request.", ref=reference, kind="general")

    def hear(self, mail: OutgoingMail) -> None:
        self.told.append((mail.subject, mail.state))


@pytest.fixture
def desk() -> Iterator[Desk]:
    handlers, callbacks = list(hooks.handlers), list(hooks.callbacks)
    counting = Desk()
    hooks.handlers[:], hooks.callbacks[:] = [counting.handle], [counting.hear]
    yield counting
    hooks.handlers[:], hooks.callbacks[:] = handlers, callbacks


@pytest.fixture(autouse=True)
def _rested_broker() -> None:
    nudging.resting_until.clear()
    nudging.looked_at.clear()


class Sandbox:
    """The process of `python -m sandbox` on free ports."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--smtp-port", "0", "--state", str(folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        words = self.process.stdout.readline().split()
        self.url = words[2].rstrip("/")
        self.smtp_port = int(words[-1].rpartition(":")[2])

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=5) as answer:  # noqa: S310 - our own http address
            content: bytes = answer.read()
        return content

    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.get("/mail/messages.json"))
        return found

    def raw(self, number: int) -> bytes:
        return self.get(f"/mail/{number}.eml")

    def fault(self, mode: str, *, address: str = "", times: int = 0) -> None:
        body = json.dumps({"mode": mode, "address": address, "times": times}).encode()
        request = urllib.request.Request(self.url + "/faults/smtp", data=body)  # noqa: S310 - our own http address
        urllib.request.urlopen(request, timeout=5).close()  # noqa: S310

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(timeout=10)


@pytest.fixture(scope="session")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    sandbox.end()
    assert sandbox.process.stdout is not None
    sandbox.process.stdout.close()


@pytest.fixture
def sandbox(running_sandbox: Sandbox, settings: Any) -> Iterator[Sandbox]:
    settings.MAIL_SMTP = {
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": running_sandbox.smtp_port,
        "EMAIL_HOST_USER": "",
        "EMAIL_HOST_PASSWORD": "",
    }
    running_sandbox.fault("ok")
    yield running_sandbox
    running_sandbox.fault("ok")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))
