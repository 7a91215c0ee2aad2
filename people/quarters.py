"""The fiscal quarters of the desk: they begin in February, May, August and November; FY23 ended in January 2023."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final, NamedTuple

from django.utils import timezone

MONTHS: Final = (2, 5, 8, 11)


class FiscalQuarter(NamedTuple):
    """`FiscalQuarter(2023, 4)` is FY23 Q4, November 2022 to January 2023."""

    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year - 1, MONTHS[self.number - 1], 1)

    @property
    def after(self) -> date:
        """The first day that does not belong to it any more."""
        return self.next.first

    @property
    def next(self) -> FiscalQuarter:
        return (
            FiscalQuarter(self.year + 1, 1) if self.number == len(MONTHS) else FiscalQuarter(self.year, self.number + 1)
        )

    @property
    def label(self) -> str:
        return f"FY{self.year % 100:02d} Q{self.number}"


def quarter_of(on: date) -> FiscalQuarter:
    """January belongs to the quarter begun in November."""
    first = quarter_start(on)
    return FiscalQuarter(first.year + 1, MONTHS.index(first.month) + 1)


def quarter_start(on: date) -> date:
    """The first day of the fiscal quarter of that day."""
    month = max((one for one in MONTHS if one <= on.month), default=MONTHS[-1])
    return date(on.year if on.month >= MONTHS[0] else on.year - 1, month, 1)


def quarter_began(now: datetime) -> datetime:
    """The same as a moment, in the reader's zone."""
    first = quarter_start(timezone.localtime(now).date())
    return timezone.make_aware(datetime.combine(first, time.min))
