"""`manage.py generate_tickets N`: a desk of any size for load tests, the same for the same seed."""

from __future__ import annotations

import random
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from documents import storing
from helpdesk.generating import copying, people
from helpdesk.generating.desk import Desk
from helpdesk.generating.words import Writer
from helpdesk.progress import Progress
from partners.models import Contact
from tickets.models import TicketText

BATCH = 2_000
WORTH_A_REBUILD = 10_000
WORDS_INDEX = "ticket_text_words"
RAW = b"From: somebody@load.example\r\nSubject: Generated for a load test\r\n\r\nThe original was never sent.\r\n"


class Command(BaseCommand):
    help = "Bulk-loads a realistic desk for load tests, with a progress bar."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("count", type=int, metavar="N")
        parser.add_argument("--messages", type=int, default=3, help="a ticket has on average (default 3)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same texts (default 1)")

    def handle(self, *_args: Any, **options: Any) -> None:
        count, messages = options["count"], options["messages"]
        if count < 1 or not 1 <= messages <= 100:
            raise CommandError("Name a number of tickets from 1 on, and 1 to 100 messages for each.")
        chance = random.Random(options["seed"])  # noqa: S311 - invented data, the same each time
        rebuilt = copying.without_index(TicketText, WORDS_INDEX) if count >= WORTH_A_REBUILD else None
        try:
            desk = self.fill(count, messages, Writer(chance), quiet=options["verbosity"] == 0)
        finally:
            if rebuilt is not None:
                copying.build(TicketText, rebuilt)
        self.tidy(desk)
        if options["verbosity"]:
            self.stdout.write(f"{count:,} tickets are on the desk.")

    def fill(self, count: int, messages: int, writer: Writer, *, quiet: bool) -> Desk:
        with transaction.atomic():
            raw = storing.store(RAW, name="message.eml", declared_type="message/rfc822", area="mail")
            desk = Desk(people.make(writer), writer, now=timezone.now(), raw=raw)
        progress = Progress(count, what="tickets", out=sys.stderr, quiet=quiet)
        for start in range(0, count, BATCH):
            stop = min(start + BATCH, count)
            with transaction.atomic():
                for index in range(start, stop):
                    desk.add(index, count, messages=messages)
                desk.write()
            progress.advance(stop - start)
        progress.end()
        return desk

    def tidy(self, desk: Desk) -> None:
        """So that the planner knows what came; inside a test's transaction only the figures."""
        tables = [table.name for table in desk.tables()] + [Contact._meta.db_table]  # noqa: SLF001
        (copying.analyze if connection.in_atomic_block else copying.vacuum)(tables)
