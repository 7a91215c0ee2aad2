"""The roster as a page reads it: by list, searched, with what it leaves open and who is away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from people.away import absence_of, is_here
from people.models import Absence, SolutionsArchitect
from routing import places, wording
from routing.models import CountryGroup, Coverage
from tickets.lookup import holding
from tickets.search import fold

NOTABLE: Final = frozenset({"CA", "MX", "BR", "AR"})


@dataclass(frozen=True, kw_only=True)
class Place:
    """One rule of a line, as a link."""

    row: Coverage
    name: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line: every place of a list that goes to one manager under one heading."""

    entry: Coverage
    area: str
    places: str
    codes: str
    links: list[Place]
    gone: bool = False
    away: Absence | None = None

    @property
    def searchable(self) -> str:
        entry = self.entry
        return f"{entry.manager or ''} {self.area} {entry.section_title} {entry.remark} {self.places} {self.codes}"


@dataclass(frozen=True, kw_only=True)
class Section:
    slug: str
    title: str
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Roster:
    """What was asked for, and the places nobody is named for."""

    sections: list[Section]
    architects: list[SolutionsArchitect]
    unnamed_states: list[tuple[str, str]]  # code and name
    unnamed_countries: list[tuple[str, str]]
    unnamed_asked: list[tuple[str, str]]
    coming: list[Coverage] = field(default_factory=list)

    @property
    def notable(self) -> list[tuple[str, str]]:
        """Of the countries nobody is named for those that partners come from: Canada, Latin America."""
        return [pair for pair in self.unnamed_countries if pair[0] in NOTABLE]

    @property
    def found(self) -> bool:
        return any(section.rows for section in self.sections) or bool(self.architects)


@dataclass(frozen=True, kw_only=True)
class _Known:
    groups: Mapping[str, CountryGroup]
    alone: wording.Namer
    published: Mapping[tuple[str, str], set[tuple[str, str]]]  # places that ever stood under a heading of a list
    away: Mapping[int, Absence]
    on: date

    def name(self, row: Coverage) -> str:
        """Short, as the page writes it: “CT”, “Washington DC”, “Eastern PA”, “DACH”, “Japan”."""
        if row.place.startswith("US-") and not row.part:
            return "Washington DC" if row.place == "US-DC" else row.place[3:]
        return self.alone(row.place, row.part)


def read(*, on: date, asked: str = "") -> Roster:
    """The rows valid on a day that hold every word of `asked`; all when nothing is asked."""
    everything = list(Coverage.objects.select_related("manager"))
    entries = [row for row in everything if row.holds_on(on)]
    known = _knowledge(everything, entries, on)
    rows = [_line(lines, known) for lines in _lines(entries)]
    states, countries = _unnamed(entries, known.groups)
    return Roster(
        sections=_sections(holding(rows, asked)),
        architects=_architects(asked, on),
        unnamed_states=states,
        unnamed_countries=countries,
        unnamed_asked=_asked_for(asked, [*states, *countries]),
        coming=[row for row in everything if row.valid_from > on],
    )


def _knowledge(everything: Iterable[Coverage], entries: Iterable[Coverage], on: date) -> _Known:
    published: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for row in everything:
        published[row.section, row.area].add((row.place, row.part))
    managers = {row.manager_id: row.manager for row in entries if row.manager}
    return _Known(
        groups=places.groups(),
        alone=wording.namer(),
        published=published,
        away=absence_of(managers.values(), on),
        on=on,
    )


def _lines(entries: Iterable[Coverage]) -> Iterable[list[Coverage]]:
    """States of one manager are one line, as the page has them; everything else goes by its heading."""
    found: dict[tuple[str, str, int | None], list[Coverage]] = defaultdict(list)
    for row in entries:
        heading = "" if row.place.startswith("US-") else row.area
        found[row.section, heading, row.manager_id].append(row)
    return found.values()


def _line(rows: list[Coverage], known: _Known) -> Row:
    first, manager = rows[0], rows[0].manager
    names = [known.name(row) for row in rows]
    whole = known.published[first.section, first.area] == {(row.place, row.part) for row in rows}
    return Row(
        entry=first,
        area=first.area if whole else ", ".join(names),
        places=", ".join(places.spelled_out(row, known.groups) for row in rows),
        codes=" ".join(row.place for row in rows),
        links=[Place(row=row, name=name) for row, name in zip(rows, names, strict=True)],
        gone=manager is not None and not is_here(manager, known.on),
        away=known.away.get(manager.pk) if manager else None,
    )


def _sections(rows: Iterable[Row]) -> list[Section]:
    found: dict[str, Section] = {}
    for row in rows:
        entry = row.entry
        section = found.setdefault(entry.section, Section(slug=entry.section, title=entry.section_title))
        section.rows.append(row)
    return list(found.values())


def _architects(asked: str, on: date) -> list[SolutionsArchitect]:
    wanted = fold(asked[:200]).split()
    everyone = [one for one in SolutionsArchitect.objects.all() if is_here(one, on)]
    return [one for one in everyone if all(word in fold(f"{one.name} {one.region} {one.remark}") for word in wanted)]


def _unnamed(
    entries: list[Coverage], known: Mapping[str, CountryGroup]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """States and countries that no row names; public sector rows go by partner and name no place."""
    by_place = [entry for entry in entries if not entry.public_sector]
    named_states = places.states_of(by_place)
    named = set[str]().union(*(places.countries_of(entry, known) for entry in by_place)) | {"PR"}
    return (
        [(code, name) for code, name in places.states().items() if code not in named_states],
        [(code, name) for code, name in places.countries().items() if code not in named],
    )


def _asked_for(asked: str, places_left: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The unnamed places somebody looks for: “No row names Wyoming.”"""
    wanted = fold(asked[:200]).strip()
    return [(code, name) for code, name in places_left if wanted and len(wanted) > 2 and wanted in fold(name)]


def unnamed_sentence(found: list[tuple[str, str]]) -> str:
    names = ", ".join(name for _code, name in found)
    return _("No row names %(places)s. Assign a manager or ask Partner Operations.") % {"places": names}
