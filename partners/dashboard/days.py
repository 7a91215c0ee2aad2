"""A day in a line of text or a file name: “as of 18 Nov 2022”, “export_2022-11-18.xlsx”, “Stand 18.11.2022”."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import Final

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH: Final = r"(?P<month>[A-Za-z]{3,9})\.?"
YEAR: Final = r"(?P<y>20\d\d)"
SHAPES: Final = tuple(
    re.compile(shape)
    for shape in (
        rf"(?<!\d){YEAR}[-_./]?(?P<m>\d\d)[-_./]?(?P<d>\d\d)(?!\d)",
        rf"(?<!\d){YEAR}年(?P<m>\d\d?)月(?P<d>\d\d?)日",
        rf"(?<!\d)(?P<d>\d\d?)\. ?(?P<m>\d\d?)\. ?{YEAR}(?!\d)",
        rf"(?<!\d)(?P<d>\d\d?)(?:st|nd|rd|th)?[-_ ]{MONTH}[-_ ,]*{YEAR}(?!\d)",
        rf"(?<![A-Za-z]){MONTH}[-_ ](?P<d>\d\d?)(?:st|nd|rd|th)?[-_ ,]+{YEAR}(?!\d)",
    )
)
SLASHES: Final = re.compile(rf"(?<!\d)(?P<a>\d\d?)/(?P<b>\d\d?)/{YEAR}(?!\d)")


def find(text: str) -> date | None:
    """The first day that can only be read one way; 3/4/2022 can be read two ways and is none."""
    for shape in SHAPES:
        for found in shape.finditer(text):
            if day := _day(found["y"], _month(found.groupdict()), found["d"]):
                return day
    slashes = SLASHES.search(text)
    if slashes is None:
        return None
    year, one, two = slashes["y"], slashes["a"], slashes["b"]
    either = {_day(year, one, two), _day(year, two, one)} - {None}
    return either.pop() if len(either) == 1 else None


def _month(parts: dict[str, str]) -> str:
    if "m" in parts:
        return parts["m"]
    short = parts["month"][:3].lower()
    return str(MONTHS.index(short) + 1) if short in MONTHS else "0"


def _day(year: str, month: str, day: str) -> date | None:
    with suppress(ValueError):
        return date(int(year), int(month), int(day))
    return None
