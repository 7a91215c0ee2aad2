"""`manage.py sync_partners [--full]`: pulls changed partners and what belongs to them from Salesforce."""

from __future__ import annotations

import sys
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.progress import Progress
from partners import sync_running
from partners.models import SyncRun

WORDS: Final = (("seen", "read"), ("added", "new"), ("changed", "changed"), ("removed", "gone"), ("failed", "refused"))


class Command(BaseCommand):
    help = "Pulls changed accounts, contacts, certifications, invoices and opportunities from Salesforce."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--full", action="store_true", help="read everything, and mark what is gone")

    def handle(self, *_args: Any, **options: Any) -> None:
        bar = Bar(quiet=options["verbosity"] == 0)
        asked = SyncRun.objects.create(full=options["full"], state=SyncRun.State.WAITING)
        run = sync_running.run(asked.pk, watch=bar.advance)
        bar.end()
        if run is None:
            asked.delete()
            raise CommandError("Another sync is at work. Look at /partners/changes/, or try again in a moment.")
        self.tell(run)

    def tell(self, run: SyncRun) -> None:
        for key, counts in run.counts.items():
            said = ", ".join(f"{counts[name]:,} {word}" for name, word in WORDS if counts.get(name))
            self.stdout.write(f"{key}: {said or 'nothing new'}")
        for row in run.rejected:
            self.stderr.write(f"{row['object']} {row['id']} {row['name']}: {row['words']}")
        if run.state == SyncRun.State.FAILED:
            raise CommandError(run.problem)
        self.stdout.write(run.problem or "All that changed in Salesforce is here.")


class Bar:
    """Knows how much there is only after the first answer."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.progress: Progress | None = None

    def advance(self, rows: int, total: int) -> None:
        if not rows:
            return
        if self.progress is None:
            self.progress = Progress(total, what="rows", out=sys.stderr, quiet=self.quiet)
        self.progress.total = max(self.progress.total, total, self.progress.done + rows)
        self.progress.advance(rows)

    def end(self) -> None:
        if self.progress is not None:
            self.progress.end()
