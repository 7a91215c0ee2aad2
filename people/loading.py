"""Loads the published roster of people and the working calendars."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from people.calendar import forget_hours
from people.models import ChannelManager, Holiday, SolutionsArchitect, WorkingCalendar
from web import datafiles
from web.datafiles import Loaded, Row

DATA = Path(__file__).parent / "data"


def load() -> list[Loaded]:
    """Safe to call again; calendars come before their holidays."""
    roster = datafiles.read(DATA / "roster.toml")
    calendars = datafiles.read(DATA / "calendars.toml")
    loaded = [
        datafiles.load(ChannelManager, roster["channel_manager"], key=["name"], what=_("Channel managers")),
        datafiles.load(SolutionsArchitect, roster["solutions_architect"], key=["name"], what=_("Solutions architects")),
        datafiles.load(WorkingCalendar, calendars["calendar"], key=["region"], what=_("Working calendars")),
        datafiles.load(Holiday, _holidays(calendars["holiday"]), key=["calendar", "day"], what=_("Holidays")),
    ]
    forget_hours()
    return loaded


def _holidays(rows: list[Row]) -> Iterator[Row]:
    known = {calendar.region: calendar for calendar in WorkingCalendar.objects.all()}
    for row in rows:
        region = row.get("calendar")
        if region is None or region in known:
            yield {**row, "calendar": known[region] if region else None}
