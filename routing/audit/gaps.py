"""Places nobody is named for: states, countries, and countries where only one of the two tracks has somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _

from routing import places
from routing.audit import fixes
from routing.audit.finding import AMBER, RED, Finding, Kind
from routing.audit.located import Located
from routing.audit.regions import regions
from routing.book import Book, Rule
from routing.models import GROUP, Track

TRACKS: Final = tuple(Track.values)
FEW: Final = 3  # so many countries are the area's name
Places = Mapping[str, Sequence[str]]


def find(book: Book, located: Located) -> Iterator[Finding]:
    yield from _states(book, located)
    yield from _countries(book, located)


def named(book: Book, place: str, track: str) -> list[Rule]:
    """Rules that name somebody for a country or a state in that track, whatever their rank."""
    codes = [place, place[:2]] if "-" in place else [place]
    groups = [f"{GROUP}{group.key}" for group in book.groups.get(place[:2], ())]
    rules = [rule for at in (*codes, *groups) for rule in book.at(at)]
    return [rule for rule in rules if rule.track in {"", track} and rule.manager is not None]


def _states(book: Book, located: Located) -> Iterator[Finding]:
    """One finding a state, for the tracks that nobody has there; a part without a rule is one too."""
    for code, name in places.states().items():
        missing = [track for track in TRACKS if not _named_whole(book, code, track)]
        if missing:
            in_part = any(named(book, code, track) for track in missing)
            yield _gap([code], missing, located, area=name, words=_of_part(book, code) if in_part else "")


def _named_whole(book: Book, code: str, track: str) -> bool:
    """Some rule names all of it, or each of its parts has one."""
    rules = named(book, code, track)
    parts = {part.slug for part in book.parts.get(code, ())}
    return any(not rule.part for rule in rules) or (bool(parts) and parts <= {rule.part for rule in rules})


def _of_part(book: Book, code: str) -> str:
    named_parts = {rule.part for track in TRACKS for rule in named(book, code, track)}
    missing = [part.name for part in book.parts.get(code, ()) if part.slug not in named_parts]
    return _("Gap: no list names %(parts)s") % {"parts": ", ".join(missing) or _("the rest of it")}


def _countries(book: Book, located: Located) -> Iterator[Finding]:
    """Where nobody is named by region; where one track has nobody by the area that the other track has."""
    nobody: dict[str, list[str]] = defaultdict(list)
    by_area: dict[tuple[str, str], list[str]] = defaultdict(list)
    for region, codes in regions().items():
        for code in codes:
            rules = {track: named(book, code, track) for track in TRACKS}
            missing = [track for track in TRACKS if not rules[track]]
            if len(missing) == len(TRACKS):
                nobody[region].append(code)
            elif missing:
                other = next(rule for track in TRACKS for rule in rules[track])
                by_area[missing[0], other.key].append(code)
    for region, codes in nobody.items():
        yield _gap(codes, TRACKS, located, area=_area(codes, region))
    names = {group.key: group.name for groups in book.groups.values() for group in groups}
    for (track, place), codes in sorted(by_area.items()):
        group = names.get(place.removeprefix(GROUP), "")
        yield _gap(codes, [track], located, area=_area(codes, group), group=place if group else "")


def _gap(
    codes: Sequence[str], missing: Sequence[str], located: Located, *, area: str, words: str = "", group: str = ""
) -> Finding:
    track = missing[0] if len(missing) == 1 else ""
    found = located.at(codes, track)
    tail = f"-{track}" if track else ""
    return Finding(
        slug=f"gap-{codes[0].lower()}{tail}",
        kind=Kind.GAP,
        tone=RED if not track or found.count else AMBER,
        area=area,
        track=track,
        words=words or _words(codes, track),
        places=[places.name_of(code) for code in codes] if len(codes) > FEW else (),
        count=found.count,
        unit="partner",
        partners=found.ids,
        fixes=[fixes.assign(codes, track, group=group)],
        weight=_weight(codes, track),
    )


def _words(codes: Sequence[str], track: str) -> str:
    if track:
        other = next(one for one in Track if one != track)
        return _("Gap: only %(track)s has a manager") % {"track": other.label}
    return _("Gap: missing from all US lists") if codes[0].startswith("US-") else _("Gap: no list names it")


def _weight(codes: Sequence[str], track: str) -> int:
    """States before countries, whole gaps before those of one track; countries in the order of their regions."""
    if codes[0].startswith("US-"):
        return 200 if track else 0
    order = next(number for number, of_region in enumerate(regions().values()) if codes[0] in of_region)
    return (300 if track else 100) + order


def _area(codes: Iterable[str], name: str) -> str:
    names = [places.name_of(code) for code in codes]
    if len(names) <= FEW or not name:
        return ", ".join(names)
    return _("%(area)s, %(n)d countries") % {"area": name, "n": len(names)}
