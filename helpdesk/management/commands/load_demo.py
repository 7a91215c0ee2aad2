"""`manage.py load_demo`: the small believable desk of the demo, once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from helpdesk.demo_data import people, plots
from helpdesk.demo_data.playing import Stage
from tickets.models import Ticket
from web.models import LoadedRow

MARK = {"table": "demo", "name": "desk"}
BEGUN, DONE = "begun", "done"


class Command(BaseCommand):
    help = "Loads invented people and some sixty tickets into an empty desk; harmless when done before."

    def handle(self, *_args: Any, **options: Any) -> None:
        if self.wanted():
            self.load(talkative=options["verbosity"] > 0)

    def wanted(self) -> bool:
        """False when the demo is there; an unfinished or a used desk is not touched."""
        mark = LoadedRow.objects.filter(**MARK).first()
        if mark is not None and mark.digest == BEGUN:
            raise CommandError("Loading the demo was broken off. Delete VAR_DIR (var) to begin again.")
        if mark is None and Ticket.objects.exists():
            raise CommandError("There are tickets already. The demo is loaded into an empty desk only.")
        return mark is None

    def load(self, *, talkative: bool) -> None:
        mark = LoadedRow.objects.create(**MARK, digest=BEGUN)
        stage = Stage(people.make())
        for step in plots.steps(timezone.now()):
            stage.play(step)
        stage.end()
        mark.digest = DONE
        mark.save(update_fields=["digest"])
        if talkative:
            self.stdout.write(f"{len(stage.tickets)} tickets are on the desk.")
