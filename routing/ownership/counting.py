"""How many rows of a change stand where, and who acts."""

from __future__ import annotations

from django.db.models import Count
from django.utils import timezone

from journal.record import DESK, Actor, actor_of
from people.models import User
from routing.models import OwnershipChange


def count(change: OwnershipChange, *, beat: bool = False) -> None:
    """One grouped statement; `beat`: a worker has moved it on."""
    grouped = change.rows.order_by().values_list("state").annotate(n=Count("pk"))
    change.counts = dict(grouped)
    change.beat = timezone.now() if beat else change.beat
    change.save(update_fields=["counts", "beat"])


def actor(user: User | None) -> Actor:
    return actor_of(user) if user else DESK
