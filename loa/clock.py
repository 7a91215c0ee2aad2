"""The clock of a letter: two business days for the whole chain, and how much of them each side has had.

It runs from the moment the partner has signed: from then on PHD and Legal have the letter. What the partner took to
fill the form in is shown beside it and never counts against the promise. Business time is that of the letter's region.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone

from loa.models import LetterRequest
from people import calendar
from people.calendar import Target, hours_of
from web import times

PROMISE: Final = Target(days=2)
LEGAL_IS_REMINDED: Final = Target(days=1)
PARTNER, PHD, LEGAL = "partner", "phd", "legal"
Stage = LetterRequest.Stage
WHOSE: Final[Mapping[str, str]] = {Stage.REQUESTED: PARTNER, Stage.PHD_REVIEW: PHD, Stage.LEGAL_REVIEW: LEGAL}


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Business time: what PHD and Legal took together and each, what the partner took before, what is left or over."""

    total: timedelta
    phd: timedelta
    legal: timedelta
    partner: timedelta
    due: datetime | None
    left: timedelta
    over: timedelta
    turn: str  # partner, phd, legal; empty when it is over
    day: timedelta  # the length of a business day there

    @property
    def working_day(self) -> int:
        """In seconds, as `web.times.span` takes it."""
        return int(self.day.total_seconds())


def due(since: datetime, region: str) -> datetime:
    """By when the chain is through that PHD has had since then."""
    return calendar.add(since, PROMISE, hours_of(region))


def remind_legal(since: datetime, region: str) -> datetime:
    """When Legal is reminded of a letter it has had, or was last reminded of, since then."""
    return calendar.add(since, LEGAL_IS_REMINDED, hours_of(region))


def parts(request: LetterRequest, *, now: datetime | None = None) -> Parts:
    """One query for the spans, none where they were fetched with the request."""
    hours, end = hours_of(region_of(request)), request.ended or now or timezone.now()
    took = dict.fromkeys((PARTNER, PHD, LEGAL), timedelta())
    for span in request.spans.all():
        if span.stage in WHOSE:
            took[WHOSE[span.stage]] += calendar.between(span.entered, span.left or end, hours)
    until = request.due
    return Parts(
        total=took[PHD] + took[LEGAL],
        phd=took[PHD],
        legal=took[LEGAL],
        partner=took[PARTNER],
        due=until,
        left=calendar.between(end, until, hours) if until and not request.ended else timedelta(),
        over=calendar.between(until, end, hours) if until else timedelta(),
        turn="" if request.ended else WHOSE.get(request.stage, ""),
        day=hours.day,
    )


def region_of(request: LetterRequest) -> str:
    """Of the partner's agreement; until that is known, of its ticket."""
    return request.region or (request.ticket.region if request.ticket else "")


def words(took: timedelta, of: Parts) -> str:
    """Says "1 d 2 h", in business days of the region's length."""
    return times.span(took, working_day=of.working_day)


def day_of(moment: datetime, region: str) -> date:
    """The calendar's day in the region."""
    return moment.astimezone(zoneinfo.ZoneInfo(hours_of(region).zone)).date()
