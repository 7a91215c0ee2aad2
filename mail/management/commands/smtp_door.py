"""`manage.py smtp_door`: takes mail by SMTP, on loopback unless told otherwise."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
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
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd writes every line of the dialogue
        try:
            asyncio.run(self.serve(options["host"], options["port"]))
        except OSError as problem:
            sys.exit(f"The SMTP door cannot open {options['host']}:{options['port']}: {problem.strerror}.")

    async def serve(self, host: str, port: int) -> None:
        """Until SIGTERM or SIGINT."""
        stop = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)

        def say(taken: int) -> None:
            self.stdout.write(f"SMTP door on {host}:{taken}")
            self.stdout.flush()

        await smtp_door.serve(host=host, port=port, ready=say, stop=stop)
