"""The date on a letter, and until when a letter of that date is valid. Pure.

Legal's date makes a letter valid, so it counts where it can be read without doubt: behind a word for “date”, in one
reading only, and not before the partner asked nor after everybody had signed. Else the day of completion counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Final

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LABEL: Final = re.compile(
    r"\b(?:dated?|datum|fecha|data)\b(?:\s+(?:signed|of\s+(?:(?:this|the)\s+)?(?:letter|issue|signature)))?\s*[:.\-]?\s*"
    r"|日付\s*:?\s*",
    re.IGNORECASE,
)
_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_BY_NAME: Final = (
    re.compile(
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?(?: of)?[ \-/]{_MONTH},?[ \-/](?P<year>\d{{4}})\b", re.IGNORECASE
    ),
    re.compile(rf"{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})\b", re.IGNORECASE),
)
_BIG_END_FIRST: Final = re.compile(r"(?P<year>\d{4})\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})(?!\d)")
_NUMBERS: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\b")


def valid_until(dated: date) -> date:
    """Its last day: the same date a year later; of the 29th of February, the 28th."""
    try:
        return dated.replace(year=dated.year + 1)
    except ValueError:
        return dated.replace(year=dated.year + 1, day=28)


def written(text: str, *, earliest: date, latest: date) -> date | None:
    """The latest date the letter itself bears within those days; None where none can be read without doubt."""
    plain = unicodedata.normalize("NFKC", text)
    found = {
        only
        for label in _LABEL.finditer(plain)
        for only in _only({day for day in _readings(plain, label.end()) if earliest <= day <= latest})
    }
    return max(found, default=None)


def _only(days: set[date]) -> Iterator[date]:
    """Nothing where 11/12 may be either month."""
    if len(days) == 1:
        yield from days


def _readings(text: str, at: int) -> Iterator[date]:
    """Every day that what stands there may mean."""
    for pattern in (*_BY_NAME, _BIG_END_FIRST):
        match = pattern.match(text, at)
        if match:
            month = match["month"].lower()[:3]
            number = MONTHS.index(month) + 1 if month in MONTHS else int(match["month"])
            yield from _day(int(match["year"]), number, int(match["day"]))
    match = _NUMBERS.match(text, at)
    if match:
        first, second, year = map(int, match.groups())
        yield from _day(year, second, first)
        yield from _day(year, first, second)


def _day(year: int, month: int, day: int) -> Iterator[date]:
    try:
        yield date(year, month, day)
    except ValueError:
        return
