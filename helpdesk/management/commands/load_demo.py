"""`manage.py load_demo`: the small believable desk of the demo, once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from helpdesk.demo_data import (
    certifications,
    certified,
    directory,
    exports,
    licences,
    mapping,
    people,
    plots,
    powerforms,
    team,
)
from helpdesk.demo_data.playing import Stage
from web.models import LoadedRow

MARK = {"table": "demo", "name": "desk"}
BEGUN, DONE = "begun", "done"


def broken_off() -> bool:
    return LoadedRow.objects.filter(**MARK, digest=BEGUN).exists()


class Command(BaseCommand):
    help = "Loads invented people and some sixty tickets into a desk of local mode; harmless when done before."

    def handle(self, *_args: Any, **options: Any) -> None:
        if self.wanted():
            self.load(talkative=options["verbosity"] > 0)

    def wanted(self) -> bool:
        """False when the demo is there; an unfinished one and a real desk are not touched."""
        if broken_off():
            raise CommandError("Loading the demo was broken off. Delete VAR_DIR (var) to begin again.")
        if not settings.LOCAL:
            raise CommandError("This is a real desk: the demo is loaded in local mode only.")
        return not LoadedRow.objects.filter(**MARK).exists()

    def load(self, *, talkative: bool) -> None:
        mark = LoadedRow.objects.create(**MARK, digest=BEGUN)
        crowd = people.make()
        certifications.load(by=crowd.users["nadia"])
        certified.load(by=crowd.users["nadia"])
        mapping.load(by=crowd.users["jonas"])
        directory.load(by=crowd.users["jonas"])
        team.load(by=crowd.users["nadia"])
        powerforms.load()
        exports.load(by=crowd.users["nadia"])
        licences.load(by=crowd.users["meilin"])
        stage = Stage(crowd)
        for step in plots.steps(timezone.now()):
            stage.play(step)
        stage.end()
        mark.digest = DONE
        mark.save(update_fields=["digest"])
        if talkative:
            self.stdout.write(f"{len(stage.tickets)} tickets are on the desk.")
