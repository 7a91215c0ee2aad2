"""Up to when DocuSign's list of changes has been read; without its library, so that every process may look."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from integrations.models import ReadMark

MARK: Final = "docusign envelopes"
OVERLAP: Final = timedelta(hours=1)


def read_until() -> datetime | None:
    """What changed before that is known; None where nothing was read yet."""
    mark = ReadMark.objects.filter(name=MARK).first()
    return mark.until - OVERLAP if mark else None
