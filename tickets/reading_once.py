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
        if found is not None:
            return found
        if time.monotonic() > until:
            raise OSError(f"file {stored.pk} is being read by another worker")
        time.sleep(LOOK)
    try:
        return papers.read(stored)
    finally:
        shared.forget(_key(stored))


def read_unless_another_does(stored: StoredFile) -> bool:
    """True where it is read now. One that cannot be just now never stops the rest; the sweep comes back to it."""
    if shared.claim(_key(stored), seconds=CLAIMED) is False:
        return False
    try:
        papers.read(stored)
    except OSError:
        log.exception("file %s could not be read just now", stored.pk)
        return False
    else:
        return True
    finally:
        shared.forget(_key(stored))


def _key(stored: StoredFile) -> str:
    return f"documents.papers.{stored.pk}"
