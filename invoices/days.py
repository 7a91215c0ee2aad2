"""Days as people write them beside a label: “30 September”, “2026-10-03”, “3.10.2026”, “Oct 3, 2026”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from documents.papers import Found, Source, finding
from tickets.search import fold

_MONTHS: Final = (
    "jan|ene|gen", "feb|fev", "mar|mrz", "apr|avr|abr", "may|mai|mag", "jun|juin|giu", "jul|juil|lug", "aug|aou|ago",
    "sep|set", "oct|okt|ott", "nov", "dec|dez|dic",
)  # fmt: skip
_NAMED: Final = r"[A-Za-zÀ-ÿ]{3,10}"
DAY: Final = re.compile(
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})|(?P<east>\d{4}年\d{1,2}月\d{1,2}日)|(?P<plain>\d{1,2}[./\-]\d{1,2}[./\-]\d{2,4})"
    rf"|(?P<day>\d{{1,2}}(?:st|nd|rd|th|\.|er|º)?[ ](?:of[ ]|de[ ])?{_NAMED}\.?(?:,?[ ](?:de[ ])?\d{{4}})?)"
    rf"|(?P<month>{_NAMED}\.?[ ]\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?[ ]\d{{4}})?)"
)
_WHOLE: Final = re.compile(f"({DAY.pattern})")  # one group around all: `finding` takes the first


def found(sources: Sequence[Source], names: Sequence[str], *, today: date) -> list[Found]:
    """The value is the day as ISO; `also` has the other reading of 03/04/2026."""
    rows = finding.labelled(sources, names, _WHOLE)
    return list(_read(rows, today))


def read(text: str, *, today: date) -> tuple[date, ...]:
    """Every day it may be; none where it is none. Without a year it is the newest one that has come."""
    match = DAY.fullmatch(" ".join(text.split()))
    if match is None:
        return ()
    numbers = [int(one) for one in re.findall(r"\d+", match[0])]
    if match["iso"] or match["east"]:
        return _days([(numbers[0], numbers[1], numbers[2])])
    if match["plain"]:
        first, second, year = numbers[0], numbers[1], numbers[2] + (2000 if numbers[2] < 100 else 0)
        both = [(year, second, first), (year, first, second)]
        return _days(both[:1] if "." in match[0] else both)
    month = _month(match[0])
    if not month:
        return ()
    if len(numbers) > 1:
        return _days([(numbers[1], month, numbers[0])])
    return tuple(
        one for one in _days([(today.year, month, numbers[0]), (today.year - 1, month, numbers[0])]) if one <= today
    )[:1]


def _read(rows: Sequence[Found], today: date) -> Iterator[Found]:
    for one in rows:
        days = read(one.value, today=today)
        if days:
            yield replace(one, value=days[0].isoformat(), also=tuple(day.isoformat() for day in days[1:]))


def _days(parts: Sequence[tuple[int, int, int]]) -> tuple[date, ...]:
    found: dict[date, None] = {}
    for year, month, number in parts:
        if 1 <= month <= 12 and 1 <= number <= 31:
            try:
                found[date(year, month, number)] = None
            except ValueError:
                continue
    return tuple(found)


def _month(text: str) -> int:
    word = "".join(re.findall(r"[a-z]{3,}", fold(re.sub(r"\b(of|de)\b|\d+(st|nd|rd|th|er)?", " ", text)))[:1])
    return next((number for number, names in enumerate(_MONTHS, start=1) if re.match(names, word)), 0)
