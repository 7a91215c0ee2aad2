"""Days beside a label, as `documents.papers.days` reads them; and without a year, as partners write: “30 September”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from documents.papers import Found, Source, days, finding

_NAMED: Final = r"[A-Za-zÀ-ÿ]{3,10}"
_YEAR: Final = r"(?![\w.,]*[ \-./]{0,2}'?\d{2})"  # none follows
WITHOUT_YEAR: Final = re.compile(
    rf"(\b\d{{1,2}}(?:st|nd|rd|th|er|\.)?[ ](?:of[ ]|de[ ])?{_NAMED}\b{_YEAR}"
    rf"|\b{_NAMED}\.?[ ]\d{{1,2}}(?:st|nd|rd|th)?\b{_YEAR})"
)


def found(sources: Sequence[Source], names: Sequence[str], *, today: date) -> list[Found]:
    """The value is the day as ISO; `also` has the other reading of 03/04/2026."""
    return finding.best_first([*days.labelled(sources, names), *_without_year(sources, names, today)])


def newest(text: str, *, today: date) -> date | None:
    """The last such day that has come."""
    found = [day for year in (today.year, today.year - 1) if (day := days.read(f"{text} {year}"))]
    return next((day for day in found if day <= today), None)


def _without_year(sources: Sequence[Source], names: Sequence[str], today: date) -> Iterator[Found]:
    for one in finding.labelled(sources, names, WITHOUT_YEAR):
        day = newest(one.value, today=today)
        if day is not None:
            yield replace(one, value=day.isoformat())
