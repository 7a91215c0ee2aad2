"""The roster as the handbook publishes it, ready for its merge request: same lists, same lines, same folds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any, Final

from django.db.models import Q

from people.models import ChannelManager
from routing import places
from routing.models import Coverage
from routing.team import rules
from tickets.models import Resource

HEAD: Final = "#### Channel Managers by GEO"
_ORDER: Final = ("amer", "apac", "emea-select", "emea-open", "us-pubsec")
SHEET: Final = "CAM Mapping FY23"
_SHORT: Final[Mapping[str, str]] = {"US-DC": "Washington DC"}
Given = Mapping[int, ChannelManager | None]


def markdown(on: date, *, given: Given | None = None) -> str:
    """The whole list as it is on a day; `given` says by row who will have taken over from whom."""
    rows = [_with(row, given or {}) for row in Coverage.objects.valid_on(on).select_related("manager")]
    groups, link = places.groups(), _link()
    sections = [
        _section(list(found), groups, link)
        for _slug, found in groupby(sorted(rows, key=_by_list), key=lambda row: row.section)
    ]
    return "\n\n\n".join([HEAD, *sections]) + "\n"


def lines(rows: list[Coverage], groups: Mapping[str, Any], link: str = "") -> list[str]:
    """One list: by name where it names states, else by area."""
    if any(row.place.startswith("US-") for row in rows):
        return list(_by_name(rows))
    return list(_by_area(rows, groups, link))


def _by_list(row: Coverage) -> tuple[int, str, int, int]:
    at = _ORDER.index(row.section) if row.section in _ORDER else len(_ORDER)
    return at, row.section, row.position, row.pk


def _with(row: Coverage, given: Given) -> Coverage:
    if row.pk in given:
        row.manager = given[row.pk]
    return row


def _section(rows: list[Coverage], groups: Mapping[str, Any], link: str) -> str:
    head = f'<details>\n<summary markdown="span">{rows[0].section_title}</summary>'
    return "\n".join([head, *(f"- {line}" for line in lines(rows, groups, link)), "", "</details>"])


def _by_name(rows: Iterable[Coverage]) -> Iterator[str]:
    """“Jay Bahar: CT, MA, …, Eastern PA, RI, VT”; who has most of a published line stands in its place."""
    held: dict[str, list[Coverage]] = {}
    for row in rows:
        held.setdefault(str(row.manager or row.remark), []).append(row)
    for name in sorted(held, key=lambda one: _place_of(held[one])):
        yield f"{name}: {', '.join(_code(row) for row in sorted(held[name], key=_by_code))}"


def _place_of(rows: list[Coverage]) -> tuple[int, int]:
    position, times = Counter(row.position for row in rows).most_common(1)[0]
    return position, -times


def _by_area(rows: list[Coverage], groups: Mapping[str, Any], link: str) -> Iterator[str]:
    """“Taiwan and ASEAN: …”, taken apart where its places have different managers."""
    for area, found in groupby(rows, key=lambda row: row.area):
        of_area = list(found)
        if len({str(row.manager) for row in of_area}) == 1:
            yield _line(area, of_area[0], link)
        else:
            yield from (_line(rules.words_of(row, groups), row, link) for row in of_area)


def _line(area: str, row: Coverage, link: str) -> str:
    if row.manager is not None:
        return f"{area}: {row.manager}"
    said = row.source or f"{area}: {row.remark}"
    return said.replace(SHEET, f"[{SHEET}]({link})", 1) if link else said


def _code(row: Coverage) -> str:
    if not row.place.startswith("US-"):
        return places.name_of(row.place, row.part)
    short = _SHORT.get(row.place, row.place.removeprefix("US-"))
    return f"{row.part[:1].upper()}{row.part[1:]} {short}" if row.part else short


def _by_code(row: Coverage) -> str:
    """As published: parts of a state stand with the state, the capital by its name."""
    return _SHORT.get(row.place, row.place.removeprefix("US-")).upper() + row.part


def _link() -> str:
    """Where the mapping is kept, as the resources say it."""
    found = Resource.objects.filter(Q(slug="cam-mapping-tables") | Q(slug="cam-mapping")).order_by("-slug").first()
    return found.address if found else ""
