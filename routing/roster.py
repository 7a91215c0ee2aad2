"""The published roster as a page reads it: by list, searched, with what it leaves open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from people.models import SolutionsArchitect
from routing import places
from routing.models import CountryGroup, Coverage
from tickets.lookup import holding
from tickets.search import fold


@dataclass(frozen=True, kw_only=True)
class Row:
    entry: Coverage
    places: str
    codes: str

    @property
    def searchable(self) -> str:
        entry = self.entry
        return f"{entry.manager or ''} {entry.area} {entry.section_title} {entry.remark} {self.places} {self.codes}"


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
    unnamed_states: list[str]
    unnamed_countries: list[str]
    unnamed_asked: list[str]

    @property
    def found(self) -> bool:
        return any(section.rows for section in self.sections) or bool(self.architects)


def read(*, on: date, asked: str = "") -> Roster:
    """The rows valid on a day that hold every word of `asked`; all when nothing is asked."""
    known = places.groups()
    entries = list(Coverage.objects.valid_on(on).select_related("manager"))
    rows = [_line(lines, known) for _key, lines in groupby(entries, key=lambda one: (one.section, one.area))]
    states, countries = _unnamed(entries, known)
    return Roster(
        sections=_sections(holding(rows, asked)),
        architects=_architects(asked),
        unnamed_states=states,
        unnamed_countries=countries,
        unnamed_asked=_asked_for(asked, [*states, *countries]),
    )


def _line(lines: Iterable[Coverage], known: dict[str, CountryGroup]) -> Row:
    """A published line again, from the rows of its places."""
    rows = list(lines)
    codes = " ".join(row.place for row in rows)
    return Row(entry=rows[0], places=", ".join(places.spelled_out(row, known) for row in rows), codes=codes)


def _sections(rows: Iterable[Row]) -> list[Section]:
    found: dict[str, Section] = {}
    for row in rows:
        entry = row.entry
        section = found.setdefault(entry.section, Section(slug=entry.section, title=entry.section_title))
        section.rows.append(row)
    return list(found.values())


def _architects(asked: str) -> list[SolutionsArchitect]:
    wanted = fold(asked[:200]).split()
    everyone = SolutionsArchitect.objects.filter(active=True)
    return [one for one in everyone if all(word in fold(f"{one.name} {one.region} {one.remark}") for word in wanted)]


def _unnamed(entries: list[Coverage], known: dict[str, CountryGroup]) -> tuple[list[str], list[str]]:
    """States and countries that no row names; public sector rows go by partner and name no place."""
    by_place = [entry for entry in entries if not entry.public_sector]
    named_states = places.states_of(by_place)
    named = set[str]().union(*(places.countries_of(entry, known) for entry in by_place)) | {"PR"}
    return (
        [name for code, name in places.states().items() if code not in named_states],
        [name for code, name in places.countries().items() if code not in named],
    )


def _asked_for(asked: str, names: list[str]) -> list[str]:
    """The unnamed places somebody looks for: “No row names Wyoming.”"""
    wanted = fold(asked[:200]).strip()
    return [name for name in names if wanted and len(wanted) > 2 and wanted in fold(name)]


def unnamed_sentence(names: list[str]) -> str:
    return _("No row names %(places)s. Assign a manager or ask Partner Operations.") % {"places": ", ".join(names)}
