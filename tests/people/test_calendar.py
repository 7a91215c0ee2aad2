"""Business time, with a table of cases: hours, weekends, holidays and the two days a year that are not 24 hours."""

from __future__ import annotations

import zoneinfo
from datetime import date, datetime, time, timedelta

import pytest

from people import calendar
from people.calendar import Hours, Target
from people.models import Holiday, WorkingCalendar

BERLIN = Hours(zone="Europe/Berlin", opens=time(8), closes=time(17), weekdays=frozenset(range(5)))
FAMILY_DAY = Hours(
    zone="Europe/Berlin",
    opens=time(8),
    closes=time(17),
    weekdays=frozenset(range(5)),
    holidays=frozenset({date(2022, 11, 18)}),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("start", "target", "due"),
    [
        ("2022-11-22 09:30", Target(hours=6), "2022-11-22 15:30"),
        ("2022-11-22 14:00", Target(hours=6), "2022-11-23 11:00"),
        ("2022-11-22 09:30", Target(days=3), "2022-11-25 09:30"),
        ("2022-11-25 16:00", Target(hours=2), "2022-11-28 09:00"),
        ("2022-11-26 12:00", Target(hours=1), "2022-11-28 09:00"),
        ("2022-11-22 03:00", Target(hours=1), "2022-11-22 09:00"),
        ("2022-11-22 20:00", Target(days=1), "2022-11-23 17:00"),
        ("2022-03-25 16:00", Target(days=1), "2022-03-28 16:00"),  # the clocks went forward on Sunday
        ("2022-10-28 16:00", Target(days=1), "2022-10-31 16:00"),  # and back
    ],
)
def test_business_time_runs_only_in_opening_hours(start: str, target: Target, due: str) -> None:
    """R-07: deadlines are right across weekends and both changes of the clock."""
    assert calendar.add(at(start), target, BERLIN) == at(due)


def test_a_holiday_does_not_count() -> None:
    assert calendar.add(at("2022-11-17 16:00"), Target(hours=2), FAMILY_DAY) == at("2022-11-21 09:00")


def test_the_time_between_two_moments_leaves_nights_out() -> None:
    assert calendar.between(at("2022-11-22 16:00"), at("2022-11-23 09:00"), BERLIN) == timedelta(hours=2)
    assert calendar.between(at("2022-11-23 09:00"), at("2022-11-22 16:00"), BERLIN) == timedelta()


def test_each_region_has_its_hours_and_an_unknown_one_the_default(db: None) -> None:
    emea = WorkingCalendar.objects.create(
        region="EMEA", time_zone="Europe/Berlin", opens=time(9), closes=time(18), weekdays=[0, 1], is_default=True
    )
    Holiday.objects.create(calendar=emea, day=date(2022, 12, 26), name="Boxing Day")
    Holiday.objects.create(calendar=None, day=date(2022, 11, 18), name="Family and Friends Day")
    calendar.forget_hours()
    assert calendar.hours_of("EMEA").holidays == {date(2022, 12, 26), date(2022, 11, 18)}
    assert calendar.hours_of("Mars") == calendar.hours_of("EMEA")
