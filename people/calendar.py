"""Business time: the clock of every deadline. Pure functions over `Hours`; `hours_of(region)` reads the rows."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q

from people.models import Holiday, WorkingCalendar
from web.memory import Memory

_HORIZON_DAYS = 2000
_memory = Memory(seconds=30)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Opening hours of one region, in its own zone."""

    zone: str
    opens: time
    closes: time
    weekdays: frozenset[int]
    holidays: frozenset[date] = frozenset()
    label: str = ""

    @property
    def day(self) -> timedelta:
        """The length of one business day."""
        return datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)

    def spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open spans from `start` on, in UTC, oldest first; ends after some years."""
        zone = zoneinfo.ZoneInfo(self.zone)
        first = start.astimezone(zone).date()
        for offset in range(_HORIZON_DAYS):
            on = first + timedelta(days=offset)
            if on.weekday() not in self.weekdays or on in self.holidays:
                continue
            opens = datetime.combine(on, self.opens, tzinfo=zone).astimezone(UTC)
            closes = datetime.combine(on, self.closes, tzinfo=zone).astimezone(UTC)
            if closes > start:
                yield max(opens, start), closes


FALLBACK = Hours(zone="UTC", opens=time(8), closes=time(17), weekdays=frozenset(range(5)), label="UTC hours, 8 to 17")


@dataclass(frozen=True, kw_only=True)
class Target:
    """An amount of business time: hours, or whole business days of the region's length."""

    hours: int = 0
    days: int = 0

    def length(self, hours: Hours) -> timedelta:
        return timedelta(hours=self.hours) + hours.day * self.days


def add(start: datetime, target: Target, hours: Hours) -> datetime:
    """When `target` of business time after `start` has passed, in UTC."""
    return add_time(start, target.length(hours), hours)


def add_time(start: datetime, length: timedelta, hours: Hours) -> datetime:
    """When `length` of business time after `start` has passed, in UTC."""
    left = length
    moment = start
    for opens, closes in hours.spans(start.astimezone(UTC)):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
        moment = closes
    return moment


def between(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """Business time from `start` to `end`; zero when `end` is not after `start`."""
    total = timedelta()
    for opens, closes in hours.spans(start.astimezone(UTC)):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total


def hours_of(region: str) -> Hours:
    """The hours of `region`, else of the default calendar, else Monday to Friday 8 to 17 UTC.

    Each process remembers them for half a minute: a deadline costs no query.
    """
    hours = _memory.get("hours", _read_hours)
    return hours.get(region) or hours.get("") or FALLBACK


def forget_hours() -> None:
    """Call after calendars or holidays changed: here at once, elsewhere within half a minute."""
    _memory.forget()


def _read_hours() -> dict[str, Hours]:
    found: dict[str, Hours] = {}
    for calendar in WorkingCalendar.objects.all():
        days = Holiday.objects.filter(Q(calendar=calendar) | Q(calendar=None)).values_list("day", flat=True)
        hours = Hours(
            zone=calendar.time_zone,
            opens=calendar.opens,
            closes=calendar.closes,
            weekdays=frozenset(calendar.weekdays),
            holidays=frozenset(days),
            label=f"{calendar.region} hours, {calendar.opens.hour} to {calendar.closes.hour}",
        )
        found[calendar.region] = hours
        if calendar.is_default:
            found[""] = hours
    return found
