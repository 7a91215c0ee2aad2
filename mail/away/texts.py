"""Ready-made copy with its date filled in, and how a text looks in a mail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from mail import markdown
from mail.models import AwayWindow
from web import datafiles

FILE: Final = Path(__file__).parent.parent / "data" / "away.toml"
DATE: Final = "{{ date }}"
NO_DATE: Final = "[date]"
OPEN_PLACE: Final = re.compile(r"\{\{[^{}\n]*\}\}|\[(?:insert )?dates?\]", re.IGNORECASE)
LINK: Final = re.compile(r"\[([^\[\]\n]+)\]\((https?://[^()\s]+)\)")


@dataclass(frozen=True)
class Days:
    """First and last day, both included, as the calendar on the wall shows them."""

    first: date
    last: date


def days_of(starts: datetime, ends: datetime) -> Days:
    """An absence until midnight ends the day before; both times local."""
    last = ends.date() - timedelta(days=1) if ends.time() == time.min else ends.date()
    return Days(starts.date(), max(starts.date(), last))


def ready_made(occasion: str, days: Days | None) -> str:
    """The handbook's copy for the occasion; without days a place for them stays open."""
    return _bodies().get(occasion, "").replace(DATE, in_words(days) if days else NO_DATE)


def in_words(days: Days) -> str:
    """Says "on Friday, 18 November 2022", "from 5 to 8 December 2022", "from 30 November to 2 December 2022"."""
    last = date_format(days.last, "j F Y")
    if days.first == days.last:
        return _("on %(day)s") % {"day": date_format(days.last, "l, j F Y")}
    if days.first.year != days.last.year:
        first = date_format(days.first, "j F Y")
    else:
        first = date_format(days.first, "j" if days.first.month == days.last.month else "j F")
    return _("from %(first)s to %(last)s") % {"first": first, "last": last}


def refilled(text: str, *, filled: str, fresh: str) -> str:
    """The fresh copy where nobody has written anything of their own; what a person edited stays as it is."""
    return fresh if plain(text) in {"", plain(filled)} else text


def open_place(text: str) -> str:
    """A place for a date that nobody has filled in; empty when there is none."""
    found = OPEN_PLACE.search(LINK.sub("", text))
    return found[0] if found else ""


def as_text(text: str) -> str:
    """For the plain part of a mail: the address of a link stands behind its words."""
    return LINK.sub(r"\1 (\2)", text)


def as_html(text: str) -> str:
    return markdown.render(text)


def plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def subject(reference: str) -> str:
    """Nothing the sender wrote, not even their subject (S-11)."""
    return _("We are out of office [%(reference)s]") % {"reference": reference}


def group_steps(which: str) -> list[str]:
    """The handbook's steps in the Google Group: `on` or `off`."""
    steps: list[str] = _data()["group"][which]
    return steps


def _bodies() -> dict[str, str]:
    return {entry["occasion"]: entry["body"].strip() for entry in _data()["text"]}


@cache
def _data() -> dict[str, Any]:
    contents = datafiles.read(FILE)
    missing = set(AwayWindow.Occasion.values) - {entry["occasion"] for entry in contents["text"]}
    if missing:
        msg = f"{FILE} has no text for {', '.join(sorted(missing))}"
        raise ValueError(msg)
    return contents
