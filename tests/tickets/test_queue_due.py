"""What the last column of the queue says, as a table of cases: pure, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest

from people.calendar import Hours
from people.models import User
from tickets.queue.rows import Reader, business_time_left, due_of

HOURS = Hours(zone="UTC", opens=time(8), closes=time(17), weekdays=frozenset(range(5)))
NOW = datetime(2022, 11, 22, 14, 10, tzinfo=UTC)  # a Tuesday
READER = Reader(user=User(), now=NOW, midnight=datetime(2022, 11, 23, tzinfo=UTC))


@dataclass
class Row:
    due: datetime | None
    status: str = "open"
    created: datetime = NOW - timedelta(days=1)
    first_replied: datetime | None = None
    paused_since: datetime | None = None
    solved: datetime | None = None


def said(row: Row) -> tuple[str, str, str, str]:
    due = due_of(row, READER, HOURS)
    return due.text[due.text.index(">") + 1 :].removesuffix("</time>"), due.clock, due.css, due.group


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Row(datetime(2022, 11, 22, 15, 30, tzinfo=UTC)), ("1 h 20 m", "first reply", "due-soon", "today")),
        (Row(datetime(2022, 11, 22, 17, 10, tzinfo=UTC)), ("2 h 50 m", "first reply", "due-soon", "today")),
        (Row(datetime(2022, 11, 22, 13, 44, tzinfo=UTC)), ("26 m over", "first reply", "due-over", "overdue")),
        (Row(datetime(2022, 11, 21, 16, 0, tzinfo=UTC)), ("7 h 10 m over", "first reply", "due-over", "overdue")),
        (Row(datetime(2022, 11, 17, 14, 10, tzinfo=UTC)), ("3 d over", "first reply", "due-over", "overdue")),
        (Row(datetime(2022, 11, 22, 14, 10, 20, tzinfo=UTC)), ("Due now", "first reply", "due-soon", "today")),
        (Row(datetime(2022, 11, 23, 10, 15, tzinfo=UTC)), ("Tomorrow 10:15", "first reply", "", "later")),
        (Row(datetime(2022, 11, 24, 9, 0, tzinfo=UTC), first_replied=NOW), ("Thu 24 Nov", "resolution", "", "later")),
        (Row(datetime(2023, 11, 18, 9, 0, tzinfo=UTC)), ("18 Nov 23", "first reply", "", "later")),
        (
            Row(NOW, status="pending_partner", paused_since=NOW - timedelta(hours=26)),
            ("Paused 1 d 2 h", "with partner", "due-paused", "paused"),
        ),
        (Row(NOW, status="on_hold", paused_since=NOW), ("Paused", "on hold", "due-paused", "paused")),
        (
            Row(None, status="solved", solved=NOW - timedelta(hours=4)),
            ("Today 10:10", "resolved", "due-paused", "later"),
        ),
    ],
)
def test_what_the_column_says(row: Row, expected: tuple[str, str, str, str]) -> None:
    assert said(row) == expected


@pytest.mark.parametrize("days", [1, 13, 15, 30, 400])
def test_long_overdue_is_counted_in_business_time_and_quickly(days: int) -> None:
    left = business_time_left(NOW - timedelta(days=days), now=NOW, hours=HOURS)
    weeks, rest = divmod(days, 7)
    working = weeks * 5 + sum((NOW - timedelta(days=back)).weekday() < 5 for back in range(rest))
    assert abs(-left - HOURS.day * working) <= HOURS.day * 2
    assert left < timedelta()


def test_overdue_outside_hours_is_still_overdue() -> None:
    friday, sunday = datetime(2022, 11, 18, 17, tzinfo=UTC), datetime(2022, 11, 20, 12, tzinfo=UTC)
    assert business_time_left(friday, now=sunday, hours=HOURS) < timedelta()
