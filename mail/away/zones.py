"""Clock on a wall somewhere → a moment: what does not exist there, what comes twice, and which zones there are."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, time
from functools import cache

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _


class Skipped(Exception):  # noqa: N818 - an answer to a person
    """The clocks of the zone jump over this time; the text says which one to take."""


def moment(day: date, clock: time, zone: str, *, last: bool = False) -> datetime:
    """The moment at which a clock in `zone` shows this; of a time that comes twice the first, or the last."""
    place = zoneinfo.ZoneInfo(zone)
    shown = datetime.combine(day, clock)
    found = shown.replace(tzinfo=place, fold=int(last and comes_twice(day, clock, zone)))
    there = found.astimezone(UTC).astimezone(place).replace(tzinfo=None)
    if there != shown:
        raise Skipped(
            _("On %(day)s there is no %(clock)s in %(zone)s: the clocks jump over it. Take %(other)s.")
            % {"day": date_format(day, "j F Y"), "clock": f"{clock:%H:%M}", "zone": zone, "other": f"{there:%H:%M}"}
        )
    return found.astimezone(UTC)


def comes_twice(day: date, clock: time, zone: str) -> bool:
    """Clocks were set back over it: both folds are real and differ."""
    place = zoneinfo.ZoneInfo(zone)
    shown = datetime.combine(day, clock)
    both = [shown.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return both[0] < both[1]


def named(typed: str) -> str:
    """The zone a person means: “europe/berlin” and “Europe/Buenos Aires” style blanks are read too; empty when none."""
    return _by_small_name().get("_".join(typed.split()).lower(), "")


@cache
def names() -> list[str]:
    """Places first (Europe/Berlin), and UTC."""
    return sorted(name for name in zoneinfo.available_timezones() if name == "UTC" or is_place(name))


def is_place(name: str) -> bool:
    return "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))


@cache
def _by_small_name() -> dict[str, str]:
    return {name.lower(): name for name in zoneinfo.available_timezones()}
