#!/usr/bin/env python
"""Run a command of the desk; in local mode the servers and an empty VAR_DIR are made ready first."""

from __future__ import annotations

import os
import signal
import sys

from django.core.management import execute_from_command_line

from helpdesk import embedded, first_run
from helpdesk.claim import claim


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(
                number, lambda number, _frame: sys.exit(128 + number)
            )  # atexit must run: it stops the servers
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "help")
    if command == "demo":
        claim(embedded.var_dir())
    if command not in first_run.WITHOUT_SERVERS and embedded.prepare_environment():
        first_run.prepare_for(command)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
