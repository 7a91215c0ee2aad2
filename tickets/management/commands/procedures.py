"""`manage.py procedures`: prints every procedure as it is declared, for docs/procedures.md."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from tickets.steps import printing


class Command(BaseCommand):
    help = "Prints all procedures. With --write into docs/procedures.md; with --check fails where that is stale."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true")
        parser.add_argument("--check", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        file = settings.BASE_DIR / "docs" / "procedures.md"
        with translation.override("en"):
            page = printing.page()
        if options["write"]:
            file.write_text(page)
        elif options["check"]:
            if not file.exists() or file.read_text() != page:
                raise CommandError("docs/procedures.md is not what the code declares. Run “make procedures”.")
        else:
            self.stdout.write(page, ending="")
