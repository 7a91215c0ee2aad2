"""`manage.py fetch_mail`: fetches every mailbox that has a mail server, for as long as it runs."""

from __future__ import annotations

import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail.imap import configured, service
from mail.imap.watching import Watchers
from mail.models import IncomingMail, Mailbox

AT_A_TIME: Final = 8
A_LONG_WHILE: Final = 24 * 3600.0


class Command(BaseCommand):
    help = "Fetches mail from every active mailbox that has an IMAP server."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="fetch each once, print a line each, and end")

    def handle(self, *_args: Any, **options: Any) -> None:
        configured.apply()
        if options["once"]:
            sys.exit(self.fetch_once())
        ending = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda _number, _frame: ending.set())
        self.stdout.write("Fetching mail.")
        self.stdout.flush()
        Watchers().run(ending)

    def fetch_once(self) -> int:
        """0 when every mailbox could be fetched."""
        with ThreadPoolExecutor(AT_A_TIME) as threads:
            results = list(threads.map(fetch, list(service.fetched())))
        for line, _well in results:
            self.stdout.write(line)
        return 0 if all(well for _line, well in results) else 1


def fetch(mailbox: Mailbox) -> tuple[str, bool]:
    """The line to print, and whether it went well."""
    try:
        stored = IncomingMail.objects.filter(mailbox=mailbox, via=IncomingMail.Via.IMAP)
        newest = stored.order_by("-pk").values_list("pk", flat=True).first() or 0
        state = service.fetch(mailbox, seconds=A_LONG_WHILE, recount=True)
        if state is None:
            return f"{mailbox}: {_('is being fetched by another program.')}", True
        count = stored.filter(pk__gt=newest).count()
        words = ngettext("%(count)d message stored.", "%(count)d messages stored.", count) % {"count": count}
        return " ".join(filter(None, [f"{mailbox}:", words, state.problem])), not state.failures
    finally:
        connections.close_all()
