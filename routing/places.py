"""Names of states and countries, and what the codes of a roster row stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from routing.models import GROUP, CountryGroup, Coverage
from web import datafiles

_FILE = Path(__file__).parent / "data" / "areas.toml"


@cache
def states() -> Mapping[str, str]:
    """US states, the District of Columbia and Puerto Rico, by ISO 3166-2 code."""
    return dict(datafiles.read(_FILE)["states"])


@cache
def countries() -> Mapping[str, str]:
    """Country names by ISO 3166-1 code."""
    return dict(datafiles.read(_FILE)["countries"])


def groups() -> dict[str, CountryGroup]:
    return {group.key: group for group in CountryGroup.objects.all()}


def countries_of(row: Coverage, known: Mapping[str, CountryGroup]) -> list[str]:
    """Every country a row names, groups spelled out."""
    return _of_group(row.place, known) if row.place.startswith(GROUP) else [row.place[:2]]


def states_of(rows: Iterable[Coverage]) -> set[str]:
    """Every US state some row names, in whole or in part."""
    return {row.place for row in rows if row.place.startswith("US-")}


def spelled_out(row: Coverage, known: Mapping[str, CountryGroup]) -> str:
    """The places of a row by name: “Germany, Austria, Switzerland”."""
    if row.place.startswith(GROUP):
        return ", ".join(name_of(one) for one in _of_group(row.place, known))
    return name_of(row.place, row.part)


def name_of(place: str, part: str = "") -> str:
    """“New York”, “Pennsylvania, eastern part”, “France”."""
    name = states().get(place) or countries().get(place, place)
    return _("%(place)s, %(part)s part") % {"place": name, "part": part} if part else name


def _of_group(code: str, known: Mapping[str, CountryGroup]) -> list[str]:
    group = known.get(code.removeprefix(GROUP))
    return group.codes if group else []
