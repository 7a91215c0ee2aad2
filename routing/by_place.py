"""Who owns an account, from its place: the most specific rule wins, each track for itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from routing.book import Book, Part, Rule
from routing.facts import Where, track_of
from routing.found import UNASSIGNED, Because, Found
from routing.locating import Spot, spot_of
from routing.models import GROUP, Track
from routing.weighing import because, no_rule, weighed, with_skipped

TRACKS: Final = tuple(Track.values)
Paths = list[tuple[Rule, tuple[Because, ...]]]


@dataclass(frozen=True, kw_only=True)
class Level:
    """Rules of one rank; the first level that has any decides."""

    name: str
    key: str
    rules: Sequence[Rule]


def by_place(where: Where, book: Book) -> Found:
    """From country, state, postal code and track."""
    spot = spot_of(where, book)
    if isinstance(spot, Found):
        return spot
    track = track_of(where.track)
    found = _any_state(spot, track, book) if spot.any_state else _at(spot, track, book)
    return with_skipped(found, spot.ignored)


def _at(spot: Spot, track: str, book: Book) -> Found:
    levels = list(_levels(spot, book))
    if track:
        return _of_track(levels, track, spot, book)
    return _of_both(levels, spot, book)


def _any_state(spot: Spot, track: str, book: Book) -> Found:
    """States decide there and none is given: everybody who has one of them may be meant."""
    prefix = f"{spot.country.code}-"
    of_states = [rule for place, rules in book.places.items() if place.startswith(prefix) for rule in rules]
    above = [rule for level in _levels(spot, book) for rule in level.rules]
    level = Level(name="subdivision", key=spot.country.code, rules=[*of_states, *above])
    words = _("The state would decide: in %(country)s rules go by it.") % {"country": spot.country.name}
    reason = no_rule("subdivision", "", words=words)
    paths = [(rule, (because(rule, book, name=level.name),)) for rule in _fitting(level, track)]
    return replace(weighed(paths, book, decides=reason), because=(reason,))


def _of_track(levels: Sequence[Level], track: str, spot: Spot, book: Book) -> Found:
    level = _deciding(levels, track)
    asked = _asked(levels, track, until=level)
    if level is None:
        others = _other_track(levels, track)
        return Found(outcome=UNASSIGNED, because=(*asked, *others), as_of=book.on)
    found = weighed(_paths([level], track, spot, book), book, decides=_part_decides([level], track, spot))
    return with_skipped(found, asked)


def _of_both(levels: Sequence[Level], spot: Spot, book: Book) -> Found:
    """Without a track each is asked: the same answer is sure, two are not, and one alone is not either."""
    chosen = {track: _deciding(levels, track) for track in TRACKS}
    decided = {track: level for track, level in chosen.items() if level is not None}
    if not decided:
        return Found(outcome=UNASSIGNED, because=tuple(_asked(levels, "", until=None)), as_of=book.on)
    paths: Paths = []
    for track, level in decided.items():
        paths += [one for one in _paths([level], track, spot, book) if one not in paths]
    reason = _track_decides(decided, spot)
    return weighed(paths, book, decides=reason)


def _track_decides(decided: dict[str, Level], spot: Spot) -> Because | None:
    missing = [track for track in TRACKS if track not in decided]
    if missing:
        words = _("The track would decide: no rule speaks of %(track)s.") % {"track": Track(missing[0]).label}
        return no_rule("track", "", words=words)
    by_track = {track: {rule.manager for rule in _fitting(level, track)} for track, level in decided.items()}
    if len({frozenset(managers) for managers in by_track.values()}) > 1:
        words = _("The track would decide: Select or Open.")
        return no_rule("track", "", words=words)
    return _part_decides(list(decided.values()), "", spot)


def _part_decides(levels: Sequence[Level], track: str, spot: Spot) -> Because | None:
    """The parts of a state differ, and it is not known in which of them the account is."""
    rules = [rule for level in levels for rule in _fitting(level, track)]
    covered = {rule.part for rule in rules}
    same = len({rule.manager for rule in rules}) < 2 and covered >= {part.slug for part in spot.doubt}
    if not spot.doubt or not any(covered) or same:
        return None
    ranges = ", ".join(f"{part.name} {_ranges(part)}" for part in spot.doubt)
    if spot.at_odds:
        words = _("This postal code is not in the part that is named: %(ranges)s.")
    elif spot.postal_code:
        words = _("This postal code is in none of its parts: %(ranges)s.")
    else:
        words = _("The postal code would decide: %(ranges)s.")
    notes = " ".join(dict.fromkeys(part.note for part in spot.doubt if part.note))
    return Because(rule="postal_code", key=spot.postal_code, result=words % {"ranges": ranges}, source=notes)


def _paths(levels: Sequence[Level], track: str, spot: Spot, book: Book) -> Paths:
    return [(rule, _steps(rule, level, spot, book)) for level in levels for rule in _fitting(level, track)]


def _ranges(part: Part) -> str:
    return ", ".join(_("%(first)s to %(last)s") % {"first": first, "last": last} for first, last in part.postal)


def _steps(rule: Rule, level: Level, spot: Spot, book: Book) -> tuple[Because, ...]:
    key = f"{rule.key}:{rule.part}" if rule.part else level.key
    said = because(rule, book, name=level.name, key=key)
    if not rule.part or spot.part is None or not spot.postal_code:
        return (said,)
    where = Because(rule="postal_code", key=spot.postal_code, result=spot.part.name, source=spot.part.note)
    return (where, said)


def _levels(spot: Spot, book: Book) -> Iterator[Level]:
    """Part of a state, state, country, country group, all others: the most specific first."""
    if spot.state is not None:
        rules = book.at(spot.state.code)
        slugs = {spot.part.slug} if spot.part else {part.slug for part in spot.doubt}
        key = f"{spot.state.code}:{spot.part.slug}" if spot.part else spot.state.code
        if book.parts.get(spot.state.code):
            yield Level(name="subdivision_part", key=key, rules=[one for one in rules if one.part in slugs])
        yield Level(name="subdivision", key=spot.state.code, rules=[one for one in rules if not one.part])
    for code in spot.codes:
        yield Level(name="country", key=code, rules=book.at(code))
    for name, catch_all in (("country_group", False), ("catch_all", True)):
        yield from _groups(name, spot, book, catch_all=catch_all)


def _groups(name: str, spot: Spot, book: Book, *, catch_all: bool) -> Iterator[Level]:
    known = [group for code in spot.codes for group in book.groups.get(code, ()) if group.catch_all == catch_all]
    rules = [rule for group in known for rule in book.at(f"{GROUP}{group.key}")]
    code = spot.codes[0]
    key = f"{code} ({', '.join(group.name for group in known)})" if known else code
    yield Level(name=name, key=key, rules=rules)


def _deciding(levels: Sequence[Level], track: str) -> Level | None:
    return next((level for level in levels if _fitting(level, track)), None)


def _fitting(level: Level, track: str) -> list[Rule]:
    """Rules of the track; else those of lists without tracks. Without a track: all."""
    if not track:
        return list(level.rules)
    own = [rule for rule in level.rules if rule.track == track]
    return own or [rule for rule in level.rules if not rule.track]


def _asked(levels: Sequence[Level], track: str, *, until: Level | None) -> list[Because]:
    """The levels that said nothing, up to the one that did."""
    before = levels[: levels.index(until)] if until is not None else levels
    return [no_rule(level.name, level.key) for level in before if not _fitting(level, track)]


def _other_track(levels: Sequence[Level], track: str) -> list[Because]:
    """What the other track has there: not an answer, but what a person asks next."""
    found = []
    for other in TRACKS:
        level = _deciding(levels, other) if other != track else None
        if level is not None:
            words = _("no rule for %(track)s; %(other)s has one") % {"track": _label(track), "other": _label(other)}
            found.append(no_rule("track", track, words=words))
    return found


def _label(track: str) -> str:
    return str(Track(track).label) if track in TRACKS else track
