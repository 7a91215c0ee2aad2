"""Places where a fault test ends a process (F-01): in local mode only, and only the place PHD_FAILPOINT names."""

from __future__ import annotations

import os
import signal

from django.conf import settings


def reach(name: str) -> None:
    """Ends this process at once, as a power cut would, when a test asked for it here; else does nothing."""
    if os.environ.get("PHD_FAILPOINT") == name and settings.LOCAL:
        os.kill(os.getpid(), signal.SIGKILL)
