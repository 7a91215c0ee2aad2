"""`load_handbook`: the handbook's own data into the database; twice changes nothing, edits made here stay."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

import mail.loading
import nfr.terms
import partners.gates
import people.loading
import routing.loading
import tickets.loading

LOADERS = (
    people.loading.load,
    mail.loading.load,
    partners.gates.load,
    nfr.terms.load,
    tickets.loading.load,
    routing.loading.load,
)


class Command(BaseCommand):
    help = "Loads links, response texts, the published roster and calendars; what was edited here is kept."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        for load in LOADERS:
            for loaded in load():
                if options["verbosity"]:
                    self.stdout.write(str(loaded))
