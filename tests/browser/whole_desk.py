"""The whole desk for a browser: SMTP door, a Celery worker, the vendors' sandbox with its mail catcher, real servers
that share the test's database with the web server of pytest-django.
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
from dataclasses import dataclass, replace
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.db import connection

from helpdesk.celery import app
from helpdesk.processes import QUEUES, known_keys

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Desk:
    """The running desk: where mail goes in, what has left, its vendors, and the worker that may be killed."""

    smtp_port: int
    sandbox: str
    worker: subprocess.Popen[Any]
    start_worker: Callable[[], subprocess.Popen[Any]]

    def ask(self, path: str, body: Any = None) -> bytes:
        """Of the sandbox: GET, or POST where there is something to send."""
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(self.sandbox + path, data=data, timeout=30) as answer:  # noqa: S310 - our own http address
            return bytes(answer.read())

    def smtp_is(self, mode: str) -> None:
        """How the server that takes our mail behaves from now on."""
        self.ask("/faults/smtp", {"mode": mode})

    def send(self, message: EmailMessage) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=30) as smtp:
            smtp.send_message(message)

    def caught(self) -> list[dict[str, Any]]:
        return list(json.loads(self.ask("/mail/messages.json")))

    def message(self, number: Any) -> EmailMessage:
        parsed = email.message_from_bytes(self.ask(f"/mail/{number}.eml"), policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@pytest.fixture
def desk(transactional_db: None, live_server: Any, tmp_path: Path, settings: Any) -> Iterator[Desk]:
    """Sandbox, SMTP door and worker as processes of their own, on the test's database; links lead to `live_server`."""
    smtp_port, sandbox_port, catcher_port = free_port(), free_port(), free_port()
    address = f"http://127.0.0.1:{sandbox_port}"
    settings.PUBLIC_URL = live_server.url
    settings.SALESFORCE = replace(django_settings.SALESFORCE, base_url=address)
    settings.DOCUSIGN = replace(django_settings.DOCUSIGN, base_url=address)
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"},
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{catcher_port}",
        "STORAGE_URL": f"file://{quote(settings.MEDIA_ROOT)}",
        "PUBLIC_URL": live_server.url,
        "SALESFORCE_BASE_URL": address,
        "DOCUSIGN_BASE_URL": address,
        "DEMO": "1",
        "REMAP_SIGTERM": "SIGQUIT",
    }
    app.control.purge()
    sandbox = f"-m sandbox --port {sandbox_port} --smtp-port {catcher_port} --state".split()
    vendors = [*known_keys(settings.VAR_DIR / "secrets"), "--connect-url", f"{live_server.url}/hooks/docusign/"]
    worker = ["-m", "celery", "-A", "helpdesk", "worker", "-c", "1", "-Q", ",".join(QUEUES), "-l", "warning"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    commands = [
        [sys.executable, *sandbox, str(tmp_path / "sandbox"), *vendors],
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
        running = Desk(smtp_port, address, processes[-1], partial(start, commands[-1]))
        yield running
        processes[-1] = running.worker
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(timeout=30)
        log.close()


def until(ask: Callable[[], T | None], *, what: str, seconds: float = 60) -> T:
    """The first true answer; a failure that says what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:.0f} s for {what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def database_url() -> str:
    """The test's own database, for programs beside the test."""
    given = connection.settings_dict
    host = quote(str(given["HOST"]), safe="") + (f":{given['PORT']}" if given["PORT"] else "")
    return f"postgresql://{given['USER']}:{given['PASSWORD'] or ''}@{host}/{given['NAME']}"
