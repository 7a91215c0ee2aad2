"""Areas by track: who looks after which country of an area, and where nobody does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.models import ChannelManager
from routing import places
from routing.models import GROUP, CountryGroup, Coverage, Track
from routing.page.tiles import Colour, colours_of

Ask = Callable[[str, str], ChannelManager | None]  # country, track
NAMED: Final = 2
HERE: Final = "US"  # the map shows it


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Who looks after the area in this track; `missing` are the countries that nobody looks after."""

    track: str
    colours: Sequence[Colour]
    missing: Sequence[str]

    @property
    def state(self) -> str:
        if not self.colours:
            return "gap"
        return "part" if self.missing else "whole"

    @property
    def missing_words(self) -> str:
        """“not Ireland”, “not 8 countries”: what of the area the manager does not have."""
        if len(self.missing) > NAMED:
            return ngettext("not %d country", "not %d countries", len(self.missing)) % len(self.missing)
        return _("not %(names)s") % {"names": ", ".join(self.missing)}

    @property
    def same_as(self) -> tuple[tuple[int, ...], tuple[str, ...]]:
        return tuple(one.manager.pk for one in self.colours), tuple(self.missing)


@dataclass(frozen=True, kw_only=True)
class Line:
    """An area with one cell for each track, or one for all where they say the same."""

    name: str
    countries: str
    cells: Sequence[Cell]

    @property
    def is_one(self) -> bool:
        return len(self.cells) == 1


@dataclass(frozen=True, kw_only=True)
class Matrix:
    geo: str
    lines: Sequence[Line] = field(default_factory=list)

    @property
    def gaps(self) -> int:
        return sum(cell.state != "whole" for line in self.lines for cell in line.cells)


def draw(rows: Sequence[Coverage], known: Mapping[str, CountryGroup], *, ask: Ask) -> list[Matrix]:
    """One for each geo outside the United States, its areas in the order of the roster."""
    areas = _areas(rows, known)
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for place, geo in areas.items():
        found.setdefault(geo, []).append((place, _countries(place, known)))
    return [_matrix(geo, listed, known, ask) for geo, listed in found.items()]


def _areas(rows: Sequence[Coverage], known: Mapping[str, CountryGroup]) -> dict[str, str]:
    """Every area that a row names, with its geo."""
    named = (row for row in rows if not row.public_sector and row.place[:2] != HERE)
    return {row.place: _geo(row, known) for row in named}


def _geo(row: Coverage, known: Mapping[str, CountryGroup]) -> str:
    group = known.get(row.place.removeprefix(GROUP))
    return (group.geo if group else "") or row.section_title.split()[0]


def _matrix(geo: str, areas: Sequence[tuple[str, list[str]]], known: Mapping[str, CountryGroup], ask: Ask) -> Matrix:
    answers = {
        (place, track.value): {code: ask(code, track.value) for code in codes}
        for place, codes in areas
        for track in Track
    }
    everyone = [manager for found in answers.values() for manager in found.values() if manager is not None]
    colours = colours_of(everyone)
    lines = [
        Line(
            name=_name(place, known),
            countries=", ".join(places.name_of(code) for code in codes),
            cells=_merged([_cell(track.value, answers[place, track.value], colours) for track in Track]),
        )
        for place, codes in areas
    ]
    return Matrix(geo=geo, lines=lines)


def _cell(track: str, answers: Mapping[str, ChannelManager | None], colours: Mapping[int, Colour]) -> Cell:
    managers = dict.fromkeys(manager for manager in answers.values() if manager is not None)
    missing = [places.name_of(code) for code, manager in answers.items() if manager is None]
    return Cell(track=track, colours=[colours[one.pk] for one in managers], missing=missing)


def _merged(cells: list[Cell]) -> list[Cell]:
    return cells[:1] if len({cell.same_as for cell in cells}) == 1 else cells


def _name(place: str, known: Mapping[str, CountryGroup]) -> str:
    group = known.get(place.removeprefix(GROUP))
    return group.name if group else places.name_of(place)


def _countries(place: str, known: Mapping[str, CountryGroup]) -> list[str]:
    if not place.startswith(GROUP):
        return [place[:2]]
    group = known.get(place.removeprefix(GROUP))
    return list(group.codes) if group else []
