"""What a new version does once before its processes start: migrations, then the handbook's data."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from helpdesk.first_run import prepare


class Command(BaseCommand):
    help = "Migrate and load the handbook's data; harmless when done before."

    def handle(self, *_args: Any, **_options: Any) -> None:
        prepare()
        self.stdout.write("The database is ready.")
