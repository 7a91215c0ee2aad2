"""Reads the stories and works out when each step of them happened, in business time before now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

from people import calendar
from people.calendar import Hours
from web import datafiles

STORIES = Path(__file__).parent / "stories"
JUST_NOW = timedelta(minutes=3)
_PART = re.compile(r"(\d+)(d|h|m)")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that happened in a story, with the words of its file."""

    story: str
    first: bool
    moment: datetime
    words: Mapping[str, Any]


def steps(now: datetime) -> list[Step]:
    """Every step of every story, oldest first, as the desk would have lived through them."""
    found = [step for path in sorted(STORIES.glob("*.toml")) for step in _of_file(path, now)]
    return sorted(found, key=lambda step: step.moment)


def _of_file(path: Path, now: datetime) -> list[Step]:
    stories = datafiles.read(path)["story"]
    return [step for number, words in enumerate(stories) for step in _of_story(f"{path.stem}.{number}", words, now)]


def _of_story(name: str, words: Mapping[str, Any], now: datetime) -> list[Step]:
    hours = calendar.hours_of(words.get("region", "EMEA"))
    moment = before(now, length_of(words["ago"], hours) + _odd_minutes(name), hours)
    found = [Step(story=name, first=True, moment=moment, words=words)]
    for later in words.get("step", ()):
        length = length_of(later["after"], hours)
        by_itself = later["do"] == "bounce"  # a mail server keeps no business hours
        moment = moment + length if by_itself else calendar.add_time(moment, length, hours)
        moment = min(moment, now - JUST_NOW)
        moment = max(moment, found[-1].moment + timedelta(seconds=20))
        found.append(Step(story=name, first=False, moment=moment, words=later))
    return found


def _odd_minutes(name: str) -> timedelta:
    """Nobody writes on the hour."""
    return timedelta(seconds=crc32(name.encode()) % 1500)


def length_of(text: str, hours: Hours) -> timedelta:
    """“2d 3h 10m” as business time; a day is as long as the region works."""
    units = {"d": hours.day, "h": timedelta(hours=1), "m": timedelta(minutes=1)}
    return sum((int(count) * units[unit] for count, unit in _PART.findall(text)), timedelta())


def before(now: datetime, length: timedelta, hours: Hours) -> datetime:
    """The latest moment from which `length` of business time has passed by `now`."""
    early, late = now - length * 6 - timedelta(days=12), now
    while late - early > timedelta(seconds=30):
        middle = early + (late - early) / 2
        if calendar.between(middle, now, hours) >= length:
            early = middle
        else:
            late = middle
    return early
