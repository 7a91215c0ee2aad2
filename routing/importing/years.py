"""The mapping year by year: fiscal years begin on 1 February, and the next one wants to be prepared before."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from routing.importing import acts
from routing.keys import FIRST_MONTH, fiscal_year
from routing.models import MappingImport

LAST_CALL: Final = 1  # January
LABEL: Final = re.compile(r"FY\d\d", re.ASCII)
EARLIEST: Final = 2015
YEARS_AHEAD: Final = 5
READY: Final = (MappingImport.State.PREPARED, MappingImport.State.APPLIED)


def labelled(text: str) -> str:
    """“fy 24” → “FY24”; ValueError with a sentence."""
    year = text.strip().upper().replace(" ", "")
    if year and not LABEL.fullmatch(year):
        raise ValueError(_("Write a fiscal year as FY24."))
    return year


def why_not_from(day: date, *, on: date) -> str:
    """A sentence where no mapping can begin on that day; else empty."""
    if EARLIEST <= day.year <= on.year + YEARS_AHEAD:
        return ""
    return _("That day is too far away. Enter the first day the mapping holds.")


def next_start(day: date) -> date:
    """The first day of the fiscal year after the one of `day`."""
    return date(day.year + (day.month >= FIRST_MONTH), FIRST_MONTH, 1)


def next_year(on: date) -> MappingImport | None:
    """What is prepared or confirmed for the next fiscal year, the newest first."""
    start = next_start(on)
    ready = MappingImport.objects.filter(state__in=READY, effective__gte=start, fiscal_year=fiscal_year(start))
    return ready.defer("rows", "columns", "rejected").order_by("-state", "-id").first()


def reminder(on: date) -> str:
    """In January, while nothing is prepared for February: a sentence for the audit and the page. Else empty."""
    if on.month != LAST_CALL or next_year(on) is not None:
        return ""
    start = next_start(on)
    said = {"year": fiscal_year(start), "day": date_format(start, "j M Y")}
    return _("No mapping is prepared for %(year)s, which begins on %(day)s. Until one is, this year's holds on.") % said


def waiting() -> list[MappingImport]:
    """Prepared and not yet confirmed, by the day they are meant for."""
    found = MappingImport.objects.filter(state=acts.State.PREPARED).select_related("imported_by")
    return list(found.defer("rows", "columns", "rejected").order_by("effective", "-id"))
