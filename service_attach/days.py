"""Days in documents, as four languages write them. Where day and month may be turned round, nothing is taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from documents.papers import Found, Source, finding
from service_attach import signs

AMBIGUOUS: Final = 0.4  # of what the place of the day would make it
EARLIEST: Final = 2015
_MONTHS: Final = (
    ("january", "jan", "januar", "janvier", "enero"), ("february", "feb", "februar", "février", "fevrier", "febrero"),
    ("march", "mar", "märz", "maerz", "mars", "marzo"), ("april", "apr", "avril", "abril"),
    ("may", "mai", "mayo"), ("june", "jun", "juni", "juin", "junio"), ("july", "jul", "juli", "juillet", "julio"),
    ("august", "aug", "août", "aout", "agosto"), ("september", "sep", "sept", "septembre", "septiembre"),
    ("october", "oct", "oktober", "okt", "octobre", "octubre"), ("november", "nov", "novembre", "noviembre"),
    ("december", "dec", "dezember", "dez", "décembre", "decembre", "diciembre"),
)  # fmt: skip
_NUMBER: Final = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_NAMES: Final = "|".join(sorted(_NUMBER, key=len, reverse=True))
DAY: Final = re.compile(
    rf"(?<![\w/.\-])(\d{{4}}-\d{{2}}-\d{{2}}|\d{{4}}/\d{{1,2}}/\d{{1,2}}|\d{{4}}年\s?\d{{1,2}}月\s?\d{{1,2}}日"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.|er)?[ ]+(?:de |of )?(?:{_NAMES})\.?,?[ ]+(?:de )?\d{{4}}"
    rf"|(?:{_NAMES})\.?[ ]+\d{{1,2}}(?:st|nd|rd|th)?,?[ ]+\d{{4}}"
    r"|\d{1,2}[./\-]\d{1,2}[./\-]\d{4})(?![\w/])",
    re.IGNORECASE,
)


def found(sources: Sequence[Source], name: str) -> list[Found]:
    """The days beside a label of that field, as ISO dates."""
    found = finding.labelled(sources, signs.LABELS[name], DAY)
    return [day for one in found if (day := _read(one)) is not None]


def read(text: str) -> tuple[date, ...]:
    """Each day it may mean; nothing where it is none."""
    plain = " ".join(text.casefold().split())
    numbers = [int(part) for part in re.findall(r"\d+", plain)]
    named = next((_NUMBER[word] for word in re.findall(r"[^\W\d_]+", plain) if word in _NUMBER), 0)
    if named and len(numbers) == 2:
        ways = [(max(numbers), named, min(numbers))]
    elif len(numbers) != 3:
        ways = []
    elif numbers[0] > 31:
        ways = [(numbers[0], numbers[1], numbers[2])]
    elif "/" in plain:
        ways = [(numbers[2], numbers[1], numbers[0]), (numbers[2], numbers[0], numbers[1])]
    else:
        ways = [(numbers[2], numbers[1], numbers[0])]
    return tuple(dict.fromkeys(day for way in ways if (day := _day(*way)) is not None))


def _read(one: Found) -> Found | None:
    days = read(one.value)
    if not days:
        return None
    sure = one.sure if len(days) == 1 else min(one.sure, AMBIGUOUS)
    also = tuple(day.isoformat() for day in days[1:])
    return Found(**{**vars(one), "value": days[0].isoformat(), "sure": sure, "also": also})


def _day(year: int, month: int, day: int) -> date | None:
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    return made if EARLIEST <= made.year <= date.max.year else None
