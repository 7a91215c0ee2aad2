"""What the program gives by track, day by day: rows that leads edit, loaded from `data/terms.toml` at first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from nfr.models import Terms
from web import datafiles
from web.datafiles import Loaded, Row

DATA: Final = Path(__file__).parent / "data"
FIELDS: Final = ("track", "saas", "self_managed", "seats", "tier", "months", "renewal", "source")


def valid_on(on: date) -> QuerySet[Terms]:
    """What holds on a day, the newest of a track first."""
    begun = Terms.objects.filter(valid_from__lte=on)
    return begun.filter(Q(valid_until=None) | Q(valid_until__gt=on)).order_by("track", "-valid_from", "-id")


def of_day(rows: Iterable[Terms], on: date) -> list[Terms]:
    """Pure: those of `rows` that hold on a day, in their order."""
    return [row for row in rows if row.valid_from <= on and (row.valid_until is None or row.valid_until > on)]


def of_track(rows: Iterable[Terms], track: str) -> Terms | None:
    """Pure: the first row of that track; else the one for every other track. A partner without a track has none."""
    wanted = track.strip().casefold()
    rows = list(rows)
    named = (row for row in rows if row.track.strip().casefold() == wanted)
    others = (row for row in rows if not row.track.strip())
    return (next(named, None) or next(others, None)) if wanted else None


def load() -> list[Loaded]:
    """Safe to call again; what the desk changed since stays as it is."""
    file = datafiles.read(DATA / "terms.toml")
    return [datafiles.load(Terms, _rows(file), key=["track", "valid_from"], what=_("Terms of the NFR program"))]


def _rows(file: Mapping[str, Any]) -> Iterator[Row]:
    for row in file["terms"]:
        said = {name: row[name] for name in FIELDS}
        yield {**said, "valid_from": row["from"], "valid_until": row.get("until")}
