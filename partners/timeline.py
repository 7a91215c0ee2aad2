"""What happened with a partner, newest first: the journal's events, and what higher floors add (tickets)."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, Q, QuerySet
from django.db.models.fields import BooleanField
from django.utils.functional import Promise

from partners.panels import Page

SIZE = 15
LONGEST = 200


class Place(NamedTuple):
    """Where an entry stands: its time, then which source it is of, then its number there."""

    at: datetime
    source: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Change:
    """A value that was one thing and is another."""

    label: str | Promise
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened, in words; `about` names whom or what, `url` leads there, `who` did it."""

    place: Place
    icon: str
    words: str
    who: str = ""
    about: str = ""
    url: str = ""
    why: str = ""
    changes: Sequence[Change] = ()

    @property
    def at(self) -> datetime:
        return self.place.at


Read = Callable[[Page, Place | None, int], Sequence[Entry]]
_sources: dict[str, Read] = {}


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Some of the entries, and where the older ones go on."""

    entries: list[Entry]
    older: str


def register(source: str, read: Read) -> None:
    """`read(page, before, most)` gives the newest `most` entries older than `before` (see `older_than`)."""
    _sources[source] = read


def stretch(page: Page, *, before: str = "") -> Stretch:
    """The entries from `before` on; an unknown mark starts at the newest."""
    place = _read(before)
    found = [read(page, place, SIZE + 1) for _slug, read in sorted(_sources.items())]
    newest = list(merge(*found, key=lambda entry: entry.place, reverse=True))[: SIZE + 1]
    entries = newest[:SIZE]
    return Stretch(entries=entries, older=_write(entries[-1].place) if len(newest) > SIZE else "")


def older_than(rows: QuerySet[Any], place: Place | None, *, column: str, source: str) -> QuerySet[Any]:
    """The rows of a source that stand behind `place`, newest first."""
    if place is not None:
        same = Q(pk__lt=place.number) if source == place.source else Q()
        earlier = Q(**{f"{column}__lt": place.at})
        tied = Q(**{column: place.at}) & same
        rows = rows.filter(earlier if source > place.source else earlier | tied)
    return rows.order_by(F(column).desc(), F("pk").desc())


def among(column: str, ids: QuerySet[Any, Any]) -> Func:
    """`column` is one of the ids, which are read once as an array: then an index over it answers."""
    return Func(
        F(column), ArraySubquery(ids), template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField()
    )


def _write(place: Place) -> str:
    text = json.dumps([place.at.isoformat(), place.source, place.number], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(mark: str) -> Place | None:
    if not mark or len(mark) > LONGEST:
        return None
    try:
        at, source, number = json.loads(urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        place = Place(datetime.fromisoformat(at), str(source), int(number))
    except (ValueError, TypeError, OverflowError, binascii.Error):
        return None
    return place if place.at.tzinfo is not None and abs(place.number) < 2**62 and source in _sources else None
