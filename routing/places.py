"""Names of states and countries, and what the codes of a roster row stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from routing.models import GROUP, CountryGroup, RosterEntry
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


def countries_of(entry: RosterEntry, known: Mapping[str, CountryGroup]) -> set[str]:
    """Every country a row names, groups spelled out."""
    found: set[str] = set()
    for code in entry.codes:
        found.update(_of_group(code, known) if code.startswith(GROUP) else {code[:2]})
    return found


def states_of(entries: Iterable[RosterEntry]) -> set[str]:
    """Every US state some row names, in whole or in part."""
    return {code.partition(":")[0] for entry in entries for code in entry.codes if code.startswith("US-")}


def spelled_out(entry: RosterEntry, known: Mapping[str, CountryGroup]) -> str:
    """The places of a row by name: “Germany, Austria, Switzerland”."""
    names: list[str] = []
    for code in entry.codes:
        if code.startswith(GROUP):
            names += [name_of(one) for one in _of_group(code, known)]
        else:
            names.append(name_of(code))
    return ", ".join(names)


def name_of(code: str) -> str:
    """“New York”, “Pennsylvania, eastern part”, “France”."""
    place, _colon, part = code.partition(":")
    name = states().get(place) or countries().get(place, place)
    return _("%(place)s, %(part)s part") % {"place": name, "part": part} if part else name


def _of_group(code: str, known: Mapping[str, CountryGroup]) -> list[str]:
    group = known.get(code.removeprefix(GROUP))
    return group.codes if group else []
