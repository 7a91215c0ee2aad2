"""The roster as the handbook publishes it, ready for its merge request: same lists, same lines, same folds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from django.db.models import Q

from people.models import ChannelManager
from routing import places, wording
from routing.models import Coverage
from tickets.models import Resource

HEAD: Final = "#### Channel Managers by GEO"
_ORDER: Final = ("amer", "apac", "emea-select", "emea-open", "us-pubsec")
SHEET: Final = "CAM Mapping FY23"
_TITLES: Final[Mapping[str, str]] = {"us-pubsec": "US-PubSec"}
_SHORT: Final[Mapping[str, str]] = {"US-DC": "Washington DC"}
Given = Mapping[int, ChannelManager | None]
Key = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the published lines have stood for, what places are called, and where the mapping is kept."""

    lines: Mapping[str, Mapping[str, frozenset[Key]]]
    name: wording.Namer
    link: str


def markdown(on: date, *, given: Given | None = None) -> str:
    """The whole list as it is on a day; `given` says by row who will have taken over from whom."""
    rows = [_with(row, given or {}) for row in Coverage.objects.valid_on(on).select_related("manager")]
    words = Words(lines=_lines(), name=wording.namer(), link=_link())
    sections = [
        _section(list(found), words)
        for _slug, found in groupby(sorted(rows, key=_by_list), key=lambda row: row.section)
    ]
    return "\n\n\n".join([HEAD, *sections]) + "\n"


def _lines() -> Mapping[str, Mapping[str, frozenset[Key]]]:
    """By list, what each published line has ever stood for."""
    found: dict[str, dict[str, set[Key]]] = defaultdict(lambda: defaultdict(set))
    for section, area, *key in Coverage.objects.values_list("section", "area", "place", "part", "track").distinct():
        found[section][area].add((key[0], key[1], key[2]))
    return {section: {area: frozenset(keys) for area, keys in of.items()} for section, of in found.items()}


def _by_list(row: Coverage) -> tuple[int, str, int, int]:
    at = _ORDER.index(row.section) if row.section in _ORDER else len(_ORDER)
    return at, row.section, row.position, row.pk


def _with(row: Coverage, given: Given) -> Coverage:
    if row.pk in given:
        row.manager = given[row.pk]
    return row


def _section(rows: list[Coverage], words: Words) -> str:
    """By name where the list names states, else by area."""
    lines = _by_name(rows) if any(row.place.startswith("US-") for row in rows) else _by_area(rows, words)
    head = f'<details>\n<summary markdown="span">{_title(rows[0])}</summary>'
    return "\n".join([head, *(f"- {line}" for line in lines), "", "</details>"])


def _title(row: Coverage) -> str:
    """As the page writes it."""
    return _TITLES.get(row.section, row.section_title)


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


def _by_area(rows: list[Coverage], words: Words) -> Iterator[str]:
    """“Taiwan and ASEAN: …”, taken apart where its places have different managers, together again where not."""
    known = words.lines.get(rows[0].section, {})
    there = {_key(row): row for row in rows}
    done: set[Key] = set()
    for row in rows:
        if _key(row) not in done:
            area, keys = _line_of(row, there, known) or (_alone(row, known, words.name), frozenset({_key(row)}))
            done |= keys
            yield _line(area, row, words.link)


def _line_of(
    row: Coverage, there: Mapping[Key, Coverage], known: Mapping[str, frozenset[Key]]
) -> tuple[str, frozenset[Key]] | None:
    """A published line of several places that one manager has all of."""
    for area, keys in known.items():
        whole = len(keys) > 1 and _key(row) in keys and keys <= there.keys()
        if whole and len({str(there[key].manager) for key in keys}) == 1:
            return area, keys
    return None


def _alone(row: Coverage, known: Mapping[str, frozenset[Key]], name: wording.Namer) -> str:
    return row.area if len(known.get(row.area, ())) <= 1 else name(row.place, row.part)


def _key(row: Coverage) -> Key:
    return row.place, row.part, row.track


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
