"""Two business days for the chain, and whose turn took how much of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from loa import clock
from people.calendar import forget_hours
from people.models import Holiday
from tests.conftest import Cast
from tests.loa.after_world import Stage, request_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def at(day: int, hour: int = 9) -> datetime:
    """In November 2026; the 26th is a Thursday. EMEA works 8 to 17 in London."""
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_the_parts_of_a_chain(cast: Cast, handbook: None) -> None:
    times = (at(23), at(24, 11), at(24, 16), at(25, 10))
    request = request_of(cast.katrin, stage=Stage.COMPLETED, times=times, due=clock.due(at(24, 11), "EMEA"))
    parts = clock.parts(request)
    assert (parts.partner, parts.phd, parts.legal, parts.total) == (11 * HOUR, 5 * HOUR, 3 * HOUR, 8 * HOUR)
    assert (parts.due, parts.over, parts.turn) == (at(26, 11), timedelta(), "")
    assert clock.words(parts.partner, parts) == "1 d 2 h"


def test_what_is_left_and_what_is_over(cast: Cast, handbook: None) -> None:
    request = request_of(cast.katrin, times=(at(24), at(24), at(25)), due=clock.due(at(24), "EMEA"))
    parts = clock.parts(request, now=at(26, 8))
    assert (parts.left, parts.over, parts.turn) == (HOUR, timedelta(), "legal")
    late = clock.parts(request, now=at(26, 11))
    assert (late.left, late.over, late.legal) == (timedelta(), 2 * HOUR, 11 * HOUR)


def test_nobody_works_on_a_holiday_or_at_the_weekend(cast: Cast, handbook: None) -> None:
    Holiday.objects.create(day=date(2026, 11, 27), name="Family and Friends Day")
    forget_hours()
    assert clock.due(at(26, 10), "EMEA") == at(30, 10) + timedelta(days=1)
    assert clock.remind_legal(at(26, 10), "EMEA") == at(30, 10)


def test_the_partner_s_time_is_not_ours(cast: Cast, handbook: None) -> None:
    """Until they have signed nothing runs against the promise."""
    request = request_of(cast.katrin, stage=Stage.REQUESTED, times=(at(23),))
    parts = clock.parts(request, now=at(26))
    assert (parts.total, parts.due, parts.over, parts.turn) == (timedelta(), None, timedelta(), "partner")
    assert parts.partner == 27 * HOUR
