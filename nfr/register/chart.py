"""Seats in use over time as the points of a drawing: a line, its limit, its days. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from nfr.models import SeatCount

WIDTH: Final = 640
HEIGHT: Final = 132
LEFT, RIGHT, TOP, BOTTOM = 28, 12, 12, 22


@dataclass(frozen=True, kw_only=True)
class Point:
    x: float
    y: float
    used: int
    over: bool
    day: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """`steps` is the line: a count holds until the next one."""

    points: Sequence[Point]
    steps: str
    limit: int | None
    limit_y: float
    most: int
    words: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: int = HEIGHT - BOTTOM


def of(counts: Sequence[SeatCount], *, limit: int | None) -> Chart | None:
    """`counts` are oldest first; one alone draws nothing."""
    if len(counts) < 2:
        return None
    most = max([one.used for one in counts] + ([limit] if limit else []))
    ceiling = max(most, 1)
    first, last = counts[0].counted, counts[-1].counted
    points = [
        Point(
            x=_across(one.counted, first, last),
            y=_up(one.used, ceiling),
            used=one.used,
            over=limit is not None and one.used > limit,
            day=date_format(timezone.localtime(one.counted), "j M y"),
        )
        for one in counts
    ]
    said = {"first": points[0].used, "since": points[0].day, "last": points[-1].used, "until": points[-1].day}
    words = _("Seats in use: %(first)d on %(since)s, %(last)d on %(until)s") % said
    if limit is not None:
        words = _("%(words)s; %(limit)d are allowed.") % {"words": words, "limit": limit}
    return Chart(
        points=points, steps=_line(points), limit=limit, limit_y=_up(limit or 0, ceiling), most=most, words=words
    )


def _across(moment: datetime, first: datetime, last: datetime) -> float:
    length = (last - first).total_seconds() or 1
    return round(LEFT + (WIDTH - LEFT - RIGHT) * (moment - first).total_seconds() / length, 1)


def _up(value: int, ceiling: int) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / ceiling, 1)


def _line(points: Sequence[Point]) -> str:
    drawn = [f"M{points[0].x} {points[0].y}"]
    drawn += [f"H{one.x}V{one.y}" for one in points[1:]]
    return "".join(drawn)
