"""Places where a test may let a program die as if the power had gone; a no-op unless PHD_FAILPOINT names one."""

from __future__ import annotations

import os
import signal

from django.conf import settings


def reach(name: str) -> None:
    """Here the process is killed if PHD_FAILPOINT names this place; in local mode only."""
    if settings.LOCAL and os.environ.get("PHD_FAILPOINT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
