"""A write that holds only as long as nobody else has changed the row: else 412, and it is read again."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime


def unmodified_since(modified: datetime | None) -> dict[str, str]:
    if modified is None:
        return {}
    return {"If-Unmodified-Since": format_datetime(modified.astimezone(UTC).replace(microsecond=0), usegmt=True)}
