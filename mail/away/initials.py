"""What the form starts with: an empty day, a window to change or to copy, a Family and Friends Day ahead."""

from __future__ import annotations

import re
import zoneinfo
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone

from mail.away import texts, windows
from mail.models import AwayWindow
from people.models import Holiday, User

FIRST: Final = time(0)
LAST: Final = time(23, 59)
FAMILY: Final = re.compile(r"family\W+(?:and|&)\W+friends", re.IGNORECASE)
AHEAD: Final = timedelta(days=400)


def fresh(user: User) -> dict[str, Any]:
    """Whole days in the reader's own zone, the days still open."""
    return {"start_time": FIRST, "end_time": LAST, "time_zone": user.time_zone, "same": True}


def for_day(day: date, user: User) -> dict[str, Any]:
    """A Family and Friends Day, ready to be set."""
    occasion = AwayWindow.Occasion.FAMILY_AND_FRIENDS.value
    copy = texts.ready_made(occasion, texts.Days(day, day))
    days = {"occasion": occasion, "start_day": day, "end_day": day}
    return fresh(user) | days | {"text_outside": copy, "text_inside": copy, "filled": copy}


def of(window: AwayWindow) -> dict[str, Any]:
    """A window as it stands."""
    zone = zoneinfo.ZoneInfo(window.time_zone)
    starts, ends = window.starts.astimezone(zone), window.ends.astimezone(zone)
    return {
        "occasion": window.occasion,
        "start_day": starts.date(),
        "start_time": starts.time(),
        "end_day": ends.date(),
        "end_time": ends.time(),
        "time_zone": window.time_zone,
        "mailbox": window.mailbox_id,
        "remind": window.remind_id,
        "text_outside": window.text_outside,
        "text_inside": window.text_inside,
        "same": window.text_inside == window.text_outside,
        "filled": texts.ready_made(window.occasion, texts.days_of(starts, ends)),
        "long_ok": True,
    }


def copied(window: AwayWindow, user: User) -> dict[str, Any]:
    """Everything but the days and the person; ready-made copy waits for the new days, an edited text is kept."""
    given = of(window)
    waiting = texts.ready_made(window.occasion, None)
    for name in ("text_outside", "text_inside"):
        given[name] = texts.refilled(given[name], filled=given["filled"], fresh=waiting)
    if window.remind_id == user.pk:
        del given["remind"]
    return given | {"start_day": None, "end_day": None, "filled": waiting, "long_ok": False}


def days_ahead(user: User, *, now: datetime | None = None) -> list[Holiday]:
    """Family and Friends Days ahead for which nothing is set yet."""
    now = now or timezone.now()
    zone = zoneinfo.ZoneInfo(user.time_zone)
    today = now.astimezone(zone).date()
    known = Holiday.objects.filter(calendar=None, day__gte=today, day__lte=today + AHEAD)
    ahead = [*windows.running(now), *windows.coming(now)]
    return [
        holiday
        for holiday in known
        if FAMILY.search(holiday.name) and not any(covers(one, holiday.day) for one in ahead)
    ]


def covers(window: AwayWindow, day: date) -> bool:
    zone = zoneinfo.ZoneInfo(window.time_zone)
    days = texts.days_of(window.starts.astimezone(zone), window.ends.astimezone(zone))
    return days.first <= day <= days.last
