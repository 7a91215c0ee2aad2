"""Days as people write them. One that can be read in two ways says so: it is never guessed.

days.labelled(sources, ("Signed on", "Date"))  →  Found(value="2022-11-18", …), surest first
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from documents.papers import finding
from documents.papers.beside import ALONE
from documents.papers.shapes import Found, Source

UNSURE: Final = 0.5  # of what can be read in two ways
CENTURY: Final = 2000
EARLIEST, LATEST = 1990, 2099
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar januari janvier enero gennaio janeiro ene gen jän jänner",
            "february feb februar februari février fevrier febrero febbraio fevereiro fév fev",
            "march mar märz maerz maart mars marzo março marco mrz mrt",
            "april apr avril abril aprile avr abr",
            "may mai mei mayo maggio maio mag",
            "june jun juni juin junio giugno junho giu",
            "july jul juli juillet julio luglio julho juil lug",
            "august aug augustus août aout agosto ago",
            "september sep sept septembre septiembre settembre setembro set",
            "october oct oktober octobre octubre ottobre outubro okt ott out",
            "november nov novembre noviembre novembro",
            "december dec dezember décembre decembre diciembre dicembre dezembro dez déc dic",
        ),
        start=1,
    )
    for name in names.split()
}
_NAME: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_SEAM: Final = r"[ \-./]{0,2}"
_DAY: Final = re.compile(
    rf"""(?<![\w.\-/])(?:
        (?P<iso>\d{{4}}[\-/.]\d{{1,2}}[\-/.]\d{{1,2}})(?![\w\-/])
      | (?P<kanji>\d{{4}}\s?年\s?\d{{1,2}}\s?月\s?\d{{1,2}}\s?日)
      | (?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º|ª)?\.?{_SEAM}(?:of\ |de\ )?(?P<dm>{_NAME})\.?,?{_SEAM}(?:of\ |de\ |,\ ?)?
        (?P<dy>'?\d{{4}}|'?\d{{2}})(?!\w)
      | (?P<mm>{_NAME})\.?\ ?(?P<md>\d{{1,2}})(?:st|nd|rd|th)?,?\ {{0,2}}(?P<my>\d{{4}})(?!\w)
      | (?P<one>\d{{1,2}})(?P<sign>[./\-])(?P<two>\d{{1,2}})(?P=sign)(?P<year>\d{{4}}|\d{{2}})(?![\w\-/])
    )""",
    re.IGNORECASE | re.VERBOSE,
)


class Day(NamedTuple):
    """Where it stands, and the days it may mean: one, or two where nobody can say which."""

    start: int
    end: int
    may_be: tuple[date, ...]


def find(text: str) -> list[Day]:
    """In their order; what is no day of any calendar is left out."""
    found = (Day(match.start(), match.end(), tuple(dict.fromkeys(_read(match)))) for match in _DAY.finditer(text))
    return [day for day in found if day.may_be]


def read(text: str) -> date | None:
    """The one day that a text says, else nothing."""
    found = find(text)
    return found[0].may_be[0] if len(found) == 1 and len(found[0].may_be) == 1 else None


def labelled(sources: Iterable[Source], names: Sequence[str], *, others: Sequence[str] = ()) -> list[Found]:
    """The days beside a label, as 2022-11-18; `also` holds the other way to read it."""
    beside = finding.labelled(sources, names, _DAY_ONLY, others=others)
    return finding.best_first(day for one in beside for day in _dated(one))


def anywhere(sources: Iterable[Source], *, sure: float = ALONE) -> list[Found]:
    """Every day there is."""
    return finding.best_first(
        _found(source, page, day, sure=sure)
        for source in sources
        for page, text in enumerate(source.pages, start=1)
        for day in find(text)
    )


def _dated(one: Found) -> Iterator[Found]:
    text = one.source.pages[one.page - 1]
    for day in find(text[one.start : one.end]):
        placed = Day(one.start + day.start, one.start + day.end, day.may_be)
        made = _found(one.source, one.page, placed, sure=1)
        sure = min(one.sure, UNSURE) if made.also else one.sure
        yield Found(**{**vars(made), "label": one.label, "quote": one.quote, "sure": sure})


def _found(source: Source, page: int, day: Day, *, sure: float) -> Found:
    first, *more = (one.isoformat() for one in day.may_be)
    doubt = min(sure, UNSURE) if more else sure
    return finding.found(source, page, day.start, day.end, sure=doubt, value=first, also=more)


def _read(match: re.Match[str]) -> Iterator[date]:
    if match["iso"] or match["kanji"]:
        year, month, day = (int(part) for part in re.findall(r"\d+", match[0])[:3])
        yield from _date(year, month, day)
    elif match["dm"]:
        yield from _date(_year(match["dy"]), _MONTHS[match["dm"].lower()], int(match["d"]))
    elif match["mm"]:
        yield from _date(_year(match["my"]), _MONTHS[match["mm"].lower()], int(match["md"]))
    else:
        one, two, year = int(match["one"]), int(match["two"]), _year(match["year"])
        yield from _date(year, two, one)
        if match["sign"] != ".":  # with full stops the day comes first, everywhere
            yield from _date(year, one, two)


def _date(year: int, month: int, day: int) -> Iterator[date]:
    if EARLIEST <= year <= LATEST and 1 <= month <= 12 and 1 <= day <= 31:
        try:
            yield date(year, month, day)
        except ValueError:
            return


def _year(digits: str) -> int:
    number = int(digits.lstrip("'"))
    return number if number > 99 else CENTURY + number


_DAY_ONLY: Final = re.compile(rf"({_DAY.pattern})", re.IGNORECASE | re.VERBOSE)
