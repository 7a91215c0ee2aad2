"""`manage.py show_raw RAW_REF`: the stored bytes of an incoming message, unchanged."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mail import inbox


class Command(BaseCommand):
    help = "Writes the stored bytes of an incoming message to standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("raw_ref")

    def handle(self, *_args: Any, **options: Any) -> None:
        raw = inbox.raw_bytes(options["raw_ref"])
        if raw is None:
            raise CommandError(f"There is no stored message {options['raw_ref']}.")
        sys.stdout.buffer.write(raw)
