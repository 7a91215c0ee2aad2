"""What stands around the three pages of mail."""

from __future__ import annotations

from typing import Any, Literal

from mail import quarantine

Place = Literal["quarantine", "discarded", "recorder", "mailboxes"]


def around(place: Place) -> dict[str, Any]:
    """Where the reader is, and how many messages wait for a decision."""
    return {"place": place, "waiting": quarantine.waiting().count()}
