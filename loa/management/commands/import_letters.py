"""`manage.py import_letters`: letters that DocuSign completed before the desk came, so that they are in force here."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from integrations import equipment
from integrations.errors import VendorError
from loa import past


class Command(BaseCommand):
    help = "Brings in letters that were completed in DocuSign before: their partner, their date and their signed PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", help="a day as 2021-12-31; without it, a year ago: older letters have ended")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        assert equipment.__all__  # importing it taught this process what to ask
        if not past.may_read():
            raise CommandError("Salesforce was not read yet, so no letter would find its partner: sync_partners first.")
        try:
            found = past.bring_in(_day(options["since"]))
            done = past.read_some(found + past.waiting().count())
        except VendorError as problem:
            raise CommandError(problem.words) from problem
        self.stdout.write(f"{found} completed envelopes, {done.kept} letters kept.")
        if left := past.waiting().count():
            self.stdout.write(f"{left} are not read yet: DocuSign did not answer. They are read by themselves later.")
        for sentence in done.problems:
            self.stderr.write(sentence)


def _day(said: str | None) -> datetime:
    if not said:
        return timezone.now() - past.A_LETTER_LASTS
    try:
        return datetime.fromisoformat(said).replace(tzinfo=UTC)
    except ValueError:
        raise CommandError(f"“{said}” is no day. Write it as 2021-12-31.") from None
