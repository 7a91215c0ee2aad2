"""The fiscal quarters of the desk: they begin in February, May, August and November."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from django.utils import timezone

MONTHS: Final = (2, 5, 8, 11)


def quarter_start(on: date) -> date:
    """The first day of the fiscal quarter of that day; January belongs to the one begun in November."""
    month = max((one for one in MONTHS if one <= on.month), default=MONTHS[-1])
    return date(on.year if on.month >= MONTHS[0] else on.year - 1, month, 1)


def quarter_began(now: datetime) -> datetime:
    """The same as a moment, in the reader's zone."""
    first = quarter_start(timezone.localtime(now).date())
    return timezone.make_aware(datetime.combine(first, time.min))
