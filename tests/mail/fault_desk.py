"""The desk as processes around one database, for tests that kill, stop and flush what it stands on."""

from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
from celery import Celery
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from mail import inbox, slots, tasks
from mail.models import IncomingMail, MailServer, OutgoingMail
from tests.mail import fault_servers
from tests.mail.fault_servers import Redis, free_port, listens, until
from tests.mail.messages import raw
from web import nudging

ROOT = Path(__file__).resolve().parents[2]
OUTCOMES = {"created", "appended", "duplicate", "ignored", "quarantined"}
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")


@dataclass
class FaultDesk:
    """A worker with as many children as by default, the SMTP door, Redis and the mail server of the tests."""

    folder: Path
    redis: Redis
    server: fault_servers.MailServer
    door: int
    start_worker: Callable[[], subprocess.Popen[bytes]]
    app: Celery
    worker: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.worker = self.start_worker()

    def supervise(self) -> None:
        """A worker that loses Redis just after its children were killed ends itself; whoever runs it starts another."""
        if self.worker.poll() is not None:
            self.worker = self.start_worker()

    def send_in(self, number: int, *, mid: str = "") -> str:
        """One mail through the door; its Message-ID, once the door has said 250."""
        mid = mid or f"<{number}@acme.example>"
        message = raw(f"Mail {number}\r\n", message_id=mid, subject=f"PO {number}", to=django_settings.SUPPORT_ADDRESS)
        with smtplib.SMTP("127.0.0.1", self.door, timeout=10) as smtp:
            smtp.sendmail("ana@acme.example", [django_settings.SUPPORT_ADDRESS], message)
        return mid

    def kill_children(self) -> int:
        """`kill -9` for every child of the worker; the worker starts new ones."""
        children = psutil.Process(self.worker.pid).children()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        return len(children)

    def sweep(self) -> None:
        """What beat does every minute; the minutes of leases, pauses and rests are not waited for."""
        self.supervise()
        past = timezone.now() - timedelta(minutes=10)
        IncomingMail.objects.filter(state="received").update(received=past)
        IncomingMail.objects.filter(state="received", claimed_until__isnull=False).update(claimed_until=past)
        with ExitStack() as held:  # the claims of those who live are theirs
            free = [held.enter_context(slots.one()) for _ in range(django_settings.MAIL_CONNECTIONS)]
            if all(free):
                OutgoingMail.objects.filter(state="sending").update(claimed_until=past)
        OutgoingMail.objects.filter(state="queued").update(next_try=past)
        MailServer.objects.filter(failing_since__isnull=False).update(resting_until=past)
        nudging.resting_until.clear()
        nudging.looked_at.clear()
        tasks.sweep_mail()

    @contextmanager
    def nudging_again(self) -> Iterator[None]:
        """Wakes a worker for what waits to be read every few seconds, as the sweep does every minute."""
        over = threading.Event()
        thread = threading.Thread(target=nudge_until, args=[over], daemon=True)
        thread.start()
        try:
            yield
        except AssertionError as problem:
            problem.add_note(f"{waiting()}; see {self.folder / 'processes.log'}")
            raise
        finally:
            over.set()
            thread.join()

    def settle(self, *, sweeps: int = 6) -> None:
        """Until every mail in has an outcome and every mail out is sent or visibly failed."""
        for _ in range(sweeps):
            self.sweep()
            with suppress(AssertionError):
                until(settled, what="everything to be done", seconds=15)  # a sweep takes from the living, too
                return
        until(settled, what=f"everything to be done; {waiting()}; see {self.folder / 'processes.log'}", seconds=1)

    def holds(self, *, came: list[str], doubles_allowed: set[str] | None = None) -> None:
        """The oracle: everything accepted exists exactly once, everything sent was taken, twice only where allowed."""
        mails = list(IncomingMail.objects.all())
        assert {mail.outcome for mail in mails} <= OUTCOMES
        arrived = sorted(mail.message_id for mail in mails if mail.outcome != "duplicate")
        assert arrived == sorted(came), [(mail.outcome, mail.reason, mail.attempts) for mail in mails]
        out = list(OutgoingMail.objects.exclude(state="cancelled"))
        assert {mail.state for mail in out} <= {"sent", "failed"}
        sent = {mail.message_id for mail in out if mail.state == "sent"}
        assert set(self.server.ids) == sent
        assert {mid for mid, count in self.server.ids.items() if count > 1} <= (doubles_allowed or set())


def nudge_until(over: threading.Event) -> None:
    while not over.wait(4):
        for pk in IncomingMail.objects.filter(state="received").values_list("pk", flat=True):
            nudging.publish(inbox.TASK, (pk,))
    connection.close()


def settled() -> bool:
    unread = IncomingMail.objects.filter(state="received").exists()
    return not unread and not OutgoingMail.objects.filter(state__in=["queued", "sending"]).exists()


def waiting() -> str:
    rows = [*IncomingMail.objects.filter(state="received").values_list("pk", "reason", "error")]
    return str(
        [*rows, *OutgoingMail.objects.filter(state__in=["queued", "sending"]).values_list("state", "last_error")]
    )


@contextmanager
def running(folder: Path) -> Iterator[FaultDesk]:
    """Everything started once; the tests share it."""
    redis, server, door = Redis(folder), fault_servers.MailServer(), free_port()
    redis.start()
    files = folder / "files"
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"},
        "DATABASE_URL": fault_servers.database_url(),
        "REDIS_URL": redis.url,
        "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
        "STORAGE_URL": f"file://{quote(str(files))}",
        "DEMO": "1",
        "REMAP_SIGTERM": "SIGQUIT",
    }
    worker = ["-m", "celery", "-A", "helpdesk", "worker", "-c", "3", "-Q", "default,mail,steps,bulk", "-l", "warning"]
    app = Celery("faults", broker=redis.url, set_as_current=False)
    app.conf.update(task_publish_retry=False, task_default_queue="mail", broker_transport_options={"socket_timeout": 2})
    with (folder / "processes.log").open("wb") as log:
        start: Any = partial(subprocess.Popen, cwd=ROOT, env=environment, stdout=log, stderr=log)
        smtp_door = start([sys.executable, "manage.py", "smtp_door", "--port", str(door)])
        desk = FaultDesk(folder, redis, server, door, partial(start, [sys.executable, *worker, *QUIET]), app)
        try:
            until(partial(listens, door), what=f"the door; see {folder / 'processes.log'}", seconds=60)
            until(partial(app.control.ping, timeout=0.5), what="the worker", seconds=60)
            yield desk
        finally:
            for process in (desk.worker, smtp_door):
                process.send_signal(signal.SIGTERM)
            for process in (desk.worker, smtp_door):
                process.wait(timeout=20)
            app.close()
            server.end()
            redis.stop()
