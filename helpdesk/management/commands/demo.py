"""The whole desk on this machine: servers, data, sandbox, web, worker, beat, SMTP door; ends all of it with itself."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.utils import timezone

from helpdesk import embedded, first_run
from helpdesk.claim import say_ending
from helpdesk.demo_data import going_on
from helpdesk.launcher import Launcher, LaunchError, die_with
from helpdesk.management.commands import load_demo
from helpdesk.processes import BASE_DIR, programs
from partners import sync
from web import nudging

READY_WITHIN = 90.0
RECONCILE = "integrations.docusign.tasks.reconcile"
PAST_LETTERS = "loa.tasks.bring_past_letters"
PASSWORD = "partner-desk-demo"  # noqa: S105  printed, for the demo only
SIGN_INS = {
    "specialist@example.com": "works the queue",
    "lead@example.com": "leads the specialists",
    "manager@example.com": "channel manager of three partners",
    "partner@example.com": "a contact of one partner",
    "admin@example.com": "administrator",
}


class Command(BaseCommand):
    help = "Start the whole desk for a look at it; Ctrl-C ends it and keeps the data."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            self.prepare()
            self.run_programs()
        except (KeyboardInterrupt, LaunchError) as error:
            raise CommandError(str(error) or "Ended before it was ready.") from error
        finally:
            say_ending()

    def run_programs(self) -> None:
        table = programs(os.environ)
        wanted = [table[name] for name in ("web", "worker", "smtp", "fetch", "sandbox", "beat")]
        launcher = Launcher(wanted, folder=settings.VAR_DIR, environment=os.environ, say=self.say)
        try:
            launcher.start()
            launcher.watch(until=Deadline(), each_round=self.keep_servers)
            if not launcher.asked_to_end:
                self.ask_vendors()
                self.welcome()
            launcher.watch(until=self.letters_come, each_round=self.keep_servers)
            launcher.watch(until=StoriesGoOn(), each_round=self.keep_servers)
            launcher.watch(until=lambda: False, each_round=self.keep_servers)
        finally:
            self.say("Ending.")
            launcher.end()

    def say(self, words: str) -> None:
        print(words, flush=True)

    def prepare(self) -> None:
        """Static files beside the database: two programs for two processors."""
        collecting = subprocess.Popen(  # noqa: S603  our own manage.py
            [sys.executable, str(BASE_DIR / "manage.py"), "collectstatic", "--noinput", "--verbosity=0"],
            preexec_fn=partial(die_with, os.getpid()),  # noqa: PLW1509  no other thread runs
        )
        self.say("Preparing the database and the handbook's data.")
        first_run.prepare()
        self.load()
        connections.close_all()
        if collecting.wait() != 0:
            raise LaunchError("The static files could not be collected: see above.")

    def load(self) -> None:
        """The demo's tickets, the first time; what was broken off is thrown away where the database is our own."""
        if load_demo.broken_off() and embedded.runs("PostgreSQL"):
            self.say("Loading the demo was broken off: beginning again.")
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            first_run.prepare()
        self.say("Loading the demo's tickets, if they are not there.")
        call_command("load_demo")

    def ask_vendors(self) -> None:
        """The sandbox's partners and letters, the first time all of them; a worker does it."""
        sync.ask()
        nudging.send(RECONCILE)
        connections.close_all()

    def letters_come(self) -> bool:
        """As soon as the partners are there, the letters of the past year follow; each finds its partner then."""
        if sync.last() is None:
            return False
        nudging.send(PAST_LETTERS)
        connections.close_all()
        return True

    def welcome(self) -> None:
        host = "http://127.0.0.1"
        port, sandbox = os.environ["PORT"], os.environ["SANDBOX_PORT"]
        lines = [
            "",
            f"The desk           {host}:{port}/",
            f"Request form       {host}:{port}/request/",
            f"API                {host}:{port}/api/docs/",
            f"Mail in by SMTP    127.0.0.1:{os.environ['SMTP_PORT']}, to {settings.SUPPORT_ADDRESS}",
            f"Mail we sent       {host}:{sandbox}/mail/",
            f"Salesforce         {host}:{sandbox}/salesforce/",
            f"DocuSign           {host}:{sandbox}/docusign/, to play partner, desk and Legal",
            f"Break them         {host}:{sandbox}/faults/",
            f"Logs               {settings.VAR_DIR / 'log'}",
            "",
            f"Sign in with the password {PASSWORD} as",
            *(f"  {address:<24} {words}" for address, words in SIGN_INS.items()),
            "",
            "Ctrl-C ends everything; the data stays.",
        ]
        self.say("\n".join(lines))

    def keep_servers(self) -> None:
        for name in embedded.revive():
            self.say(f"{name} had ended and was started again.")


class StoriesGoOn:
    """True once everybody of the demo has decided what a worker had to prepare; looked at every other second."""

    def __init__(self) -> None:
        self.until, self.again = timezone.now() + going_on.PATIENCE, 0.0

    def __call__(self) -> bool:
        if time.monotonic() < self.again:
            return False
        self.again = time.monotonic() + 2
        over = going_on.go_on(until=self.until)
        connections.close_all()
        return over


class Deadline:
    """True once the desk answers that it is ready; an error when that takes too long."""

    def __init__(self) -> None:
        self.until = time.monotonic() + READY_WITHIN

    def __call__(self) -> bool:
        if time.monotonic() > self.until:
            raise LaunchError(f"The desk was not ready within {READY_WITHIN:.0f} s: read {settings.VAR_DIR / 'log'}.")
        line = http.client.HTTPConnection("127.0.0.1", int(os.environ["PORT"]), timeout=5)
        try:
            line.request("GET", "/readyz")
            return line.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
