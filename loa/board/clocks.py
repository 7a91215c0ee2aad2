"""How long a request has taken or has left, in business time and in the words of the look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from loa import clock
from loa.models import LetterRequest
from people import calendar
from web import times

LATE_NEWS: Final = 3  # amber from the last third of the time on: five hours of two days are no calm


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is left until `at`, or how much it is over."""

    at: datetime
    left: timedelta
    whole: timedelta
    day: timedelta

    @property
    def over(self) -> bool:
        return self.left < timedelta()

    @property
    def tone(self) -> str:
        if self.over:
            return "red"
        return "amber" if self.left * LATE_NEWS <= self.whole else ""

    @property
    def words(self) -> str:
        """Business time; where the desk is closed until then there is none to count."""
        if abs(self.left) < timedelta(minutes=1):
            return _("due %(when)s") % {"when": times.point(self.at)}
        said = _("%(span)s over") if self.over else _("%(span)s left")
        return said % {"span": times.span(self.left, working_day=int(self.day.total_seconds()))}


def left_of(request: LetterRequest, now: datetime) -> Left | None:
    """None where no clock runs."""
    if request.due is None or request.ended is not None:
        return None
    hours = calendar.hours_of(request.region)
    behind = calendar.between(request.due, now, hours)
    return Left(
        at=request.due,
        left=calendar.between(now, request.due, hours) if now <= request.due else min(-behind, -timedelta(seconds=1)),
        whole=clock.PROMISE.length(hours),
        day=hours.day,
    )


def took(request: LetterRequest) -> str:
    """What PHD and Legal took together; empty where DocuSign did not say when each of them had it.

    Reads the stages: whoever asks for many requests has fetched `spans` with them.
    """
    if request.ended is None:
        return ""
    parts = clock.parts(request)
    return times.span(parts.total, working_day=parts.working_day) if parts.total else ""


def in_business_time(start: datetime, end: datetime, region: str) -> str:
    hours = calendar.hours_of(region)
    return times.span(calendar.between(start, end, hours), working_day=int(hours.day.total_seconds()))
