"""What the queue sorts by beyond plain columns; the same expressions stand in its indexes."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import BooleanField, Case, DateTimeField, ExpressionWrapper, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
PRIORITY_ORDER = ("urgent", "high", "normal", "low")


def paused() -> ExpressionWrapper[Q]:
    """False sorts first: what waits for us stands before what is paused."""
    return ExpressionWrapper(Q(paused_since__isnull=False), output_field=BooleanField())


def due_or_never() -> Coalesce:
    return Coalesce("due", Value(NEVER), output_field=DateTimeField())


def priority_rank() -> Case:
    whens = [When(priority=name, then=Value(rank)) for rank, name in enumerate(PRIORITY_ORDER)]
    return Case(*whens, default=Value(len(PRIORITY_ORDER)), output_field=IntegerField())
