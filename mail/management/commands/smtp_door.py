"""`manage.py smtp_door`: takes mail by SMTP, on loopback unless told otherwise."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mail import smtp_door


class Command(BaseCommand):
    help = "Takes mail in by SMTP; answers 250 only when a message is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("SMTP_HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("SMTP_PORT", "8025")))

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            asyncio.run(smtp_door.serve(host=options["host"], port=options["port"], ready=self.say))
        except OSError as problem:
            sys.exit(f"The SMTP door cannot open {options['host']}:{options['port']}: {problem.strerror}.")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
