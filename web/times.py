"""Times and spans in the words of the look, section 5. All take aware times; days are those of the reader's zone."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from datetime import datetime, timedelta, tzinfo

MINUTE = 60
HOUR = 60 * MINUTE
WORKING_DAY = 8 * HOUR
WHOLE_DAYS = 2  # from here on hours are noise


def ago(moment: datetime, *, now: datetime | None = None) -> str:
    """Says "1 m ago" within the hour, else the day: "Today 09:30", "17 Nov"."""
    seconds = ((now or timezone.now()) - moment).total_seconds()
    if 0 <= seconds < MINUTE:
        return _("now")
    if MINUTE <= seconds < HOUR:
        return _("%(minutes)d m ago") % {"minutes": seconds // MINUTE}
    return when(moment, now=now)


def when(moment: datetime, *, now: datetime | None = None) -> str:
    """Says "Today 09:30", "Tomorrow 10:15", "17 Nov", "Thu 24 Nov" ahead, "18 Nov 23" in another year."""
    local, today = timezone.localtime(moment), timezone.localtime(now)
    days = (local.date() - today.date()).days
    if days == 0:
        return _("Today %(clock)s") % {"clock": clock(moment)}
    if days == 1:
        return _("Tomorrow %(clock)s") % {"clock": clock(moment)}
    if local.year != today.year:
        return _printed(moment, "j M y")
    return _printed(moment, "D j M" if days > 0 else "j M")


def point(moment: datetime, *, now: datetime | None = None) -> str:
    """Inside a sentence: the clock today, "tomorrow 09:06", else the day."""
    days = (timezone.localtime(moment).date() - timezone.localtime(now).date()).days
    if days == 0:
        return clock(moment)
    return _("tomorrow %(clock)s") % {"clock": clock(moment)} if days == 1 else when(moment, now=now)


def clock(moment: datetime) -> str:
    return _printed(moment, "H:i")


def exact(moment: datetime) -> str:
    """Says "Tue 22 Nov 2022, 14:10 CET": for titles."""
    return _printed(moment, "D j M Y, H:i T")


def _printed(moment: datetime, form: str) -> str:
    return _kept(moment, form, timezone.get_current_timezone(), get_language())


@lru_cache(maxsize=10_000)  # a page prints hundreds of times, and the next page the same ones
def _kept(moment: datetime, form: str, zone: tzinfo, _language: str | None) -> str:
    return date_format(moment.astimezone(zone), form)


def span(length: timedelta, *, working_day: int = WORKING_DAY) -> str:
    """A length of business time: "26 m", "1 h 05 m", "5 h", "1 d 2 h", "3 d"."""
    minutes = int(abs(length.total_seconds())) // MINUTE
    hours, minutes = divmod(minutes, 60)
    days, hours_left = divmod(hours, working_day // HOUR)
    if days:
        day_words = _("%(days)d d") % {"days": days}
        return day_words + (" " + _("%(hours)d h") % {"hours": hours_left} if hours_left and days < WHOLE_DAYS else "")
    if hours:
        hour_words = _("%(hours)d h") % {"hours": hours}
        return hour_words + (" " + _("%(minutes)02d m") % {"minutes": minutes} if minutes else "")
    return _("%(minutes)d m") % {"minutes": minutes}


def lasting(length: timedelta) -> str:
    """How long something took by the clock: "under 1 s", "12 s", "26 m", "3 h 20 m", "2 d 4 h"."""
    seconds = length.total_seconds()
    if seconds < 1:
        return _("under 1 s")
    return _("%(seconds)d s") % {"seconds": seconds} if seconds < MINUTE else span(length, working_day=24 * HOUR)


def due(left: timedelta, at: datetime, *, now: datetime | None = None, working_day: int = WORKING_DAY) -> str:
    """What the queue's last column says: business time left, or over, or a point beyond one business day."""
    if left.total_seconds() < 0:
        return _("%(span)s over") % {"span": span(left, working_day=working_day)}
    if left.total_seconds() > working_day:
        return when(at, now=now)
    return span(left, working_day=working_day)


def due_sentence(left: timedelta, *, working_day: int = WORKING_DAY) -> str:
    """Says "due in 3 h 20 m", "overdue by 26 m": inside a sentence."""
    words = _("overdue by %(span)s") if left.total_seconds() < 0 else _("due in %(span)s")
    return words % {"span": span(left, working_day=working_day)}


def months_from(day: date, months: int) -> date:
    """The same day of another month, or its last one."""
    month = day.year * 12 + day.month - 1 + months
    year, number = divmod(month, 12)
    return date(year, number + 1, min(day.day, monthrange(year, number + 1)[1]))
