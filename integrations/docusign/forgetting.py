"""What callbacks brought is forgotten after a month: names, addresses, what was typed. That they came is kept.

The row stays with its key, so that the same news sent once more is still known and changes nothing (S-27).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models.functions import Now

from integrations.models import ConnectNotice

KEPT: Final = timedelta(days=30)
BATCH: Final = 1000
NOTHING: Final = b""


def forget_bodies() -> int:
    """Of all notices that were dealt with; one that still waits keeps its body however old it is. How many."""
    forgotten = 0
    while True:
        old = ConnectNotice.objects.filter(created__lt=Now() - KEPT).exclude(state=ConnectNotice.State.RECEIVED)
        some = old.exclude(body=NOTHING).order_by("id").values("pk")[:BATCH]
        count = ConnectNotice.objects.filter(pk__in=some).update(body=NOTHING)
        forgotten += count
        if count < BATCH:
            return forgotten
