"""A file is read by one worker at a time: who comes second waits for what the first finds, or leaves it to them."""

from __future__ import annotations

import logging
import time
from typing import Final

from documents import papers
from documents.models import Paper, StoredFile
from integrations import shared

log = logging.getLogger(__name__)

CLAIMED: Final = 90.0  # seconds that one reading may take
LOOK: Final = 0.2


def wait_or_read(stored: StoredFile) -> Paper:
    """Raises OSError where it cannot be read just now."""
    until = time.monotonic() + CLAIMED / 2
    while shared.claim(_key(stored), seconds=CLAIMED) is False:
        found = papers.known([stored.pk]).get(stored.pk)
        if found is not None or time.monotonic() > until:
            return found or papers.read(stored)
        time.sleep(LOOK)
    try:
        return papers.read(stored)
    finally:
        shared.forget(_key(stored))


def read_unless_another_does(stored: StoredFile) -> None:
    """One that cannot be read just now never stops the rest; the sweep comes back to it."""
    if shared.claim(_key(stored), seconds=CLAIMED) is False:
        return
    try:
        papers.read(stored)
    except OSError:
        log.exception("file %s could not be read just now", stored.pk)
    finally:
        shared.forget(_key(stored))


def _key(stored: StoredFile) -> str:
    return f"documents.papers.{stored.pk}"
