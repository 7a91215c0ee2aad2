"""Times and spans say what section 5 of the look says, in the reader's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from web import times

NOW = datetime(2022, 11, 22, 13, 10, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2022-11-22 13:09:40", "now"),
        ("2022-11-22 13:09", "1 m ago"),
        ("2022-11-22 12:10:01", "59 m ago"),
        ("2022-11-22 12:10", "Today 12:10"),
        ("2022-11-22 09:30", "Today 09:30"),
        ("2022-11-21 23:59", "21 Nov"),
        ("2022-11-17 08:00", "17 Nov"),
        ("2021-11-18 08:00", "18 Nov 21"),
    ],
)
def test_the_past(moment: str, words: str) -> None:
    assert times.ago(at(moment), now=NOW) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2022-11-22 15:30", "Today 15:30"),
        ("2022-11-23 10:15", "Tomorrow 10:15"),
        ("2022-11-24 10:15", "Thu 24 Nov"),
        ("2023-11-18 10:15", "18 Nov 23"),
    ],
)
def test_what_is_ahead(moment: str, words: str) -> None:
    assert times.when(at(moment), now=NOW) == words


def test_the_day_is_the_readers() -> None:
    late = at("2022-11-22 23:30")
    assert times.when(late, now=NOW) == "Today 23:30"
    with timezone.override("Europe/Berlin"):
        assert times.when(late, now=NOW) == "Tomorrow 00:30"
        assert times.exact(late) == "Wed 23 Nov 2022, 00:30 CET"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 m"),
        (26, "26 m"),
        (65, "1 h 05 m"),
        (80, "1 h 20 m"),
        (300, "5 h"),
        (8 * 60, "1 d"),
        (8 * 60 + 120, "1 d 2 h"),
        (2 * 8 * 60 + 120, "2 d"),
        (-26, "26 m"),
    ],
)
def test_spans_of_business_time(minutes: int, words: str) -> None:
    assert times.span(timedelta(minutes=minutes)) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (-26, "26 m over"),
        (-65, "1 h 05 m over"),
        (80, "1 h 20 m"),
        (8 * 60, "1 d"),
        (8 * 60 + 1, "Tomorrow 10:15"),
    ],
)
def test_the_due_column(minutes: int, words: str) -> None:
    assert times.due(timedelta(minutes=minutes), at("2022-11-23 10:15"), now=NOW) == words


def test_due_inside_a_sentence() -> None:
    assert times.due_sentence(timedelta(minutes=200)) == "due in 3 h 20 m"
    assert times.due_sentence(timedelta(minutes=-26)) == "overdue by 26 m"
