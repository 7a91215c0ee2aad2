"""The table of the routing page: every area of the directory with its manager, problems first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from routing import places
from routing.audit import fixes, gaps, grouped, located, mapping, overlaps
from routing.audit.finding import Finding, Kind, counted
from routing.audit.located import Located
from routing.audit.said import names_of
from routing.book import Book, Rule, book
from routing.models import GROUP

FEW: Final = 3  # states by name; more of them by their letters
PROBLEMS: Final = (Kind.GAP, Kind.OVERLAP, Kind.SPLIT)


@dataclass(frozen=True, kw_only=True)
class Row:
    """An area; `finding` where something is wrong with it, else how many partners are there."""

    area: str
    track: str
    managers: str
    words: str
    kind: str  # of the finding; empty where all is well
    tone: str
    fix_url: str
    fix_words: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Coverage:
    rows: Sequence[Row]
    gaps: int
    splits: int
    overlaps: int


def coverage(on: date) -> Coverage:
    """Gaps, splits and overlaps, then every area as it is."""
    rules = book(on)
    here = located.by_place(grouped.read(rules))
    found = [*gaps.find(rules, here), *mapping.find(rules), *overlaps.find(rules)]
    found = sorted(
        (one for one in found if one.kind in PROBLEMS), key=lambda one: (PROBLEMS.index(one.kind), one.weight)
    )
    number = {kind: sum(one.kind == kind for one in found) for kind in PROBLEMS}
    return Coverage(
        rows=[*(_wrong(one) for one in found), *_well(rules, here)],
        gaps=number[Kind.GAP],
        splits=number[Kind.SPLIT],
        overlaps=number[Kind.OVERLAP],
    )


def _wrong(one: Finding) -> Row:
    fix = one.fixes[0] if one.fixes else None
    return Row(
        area=one.area,
        track=one.track,
        managers=one.managers,
        words=one.words,
        kind=one.kind,
        tone=one.tone,
        fix_url=fix.url if fix else "",
        fix_words=fix.words if fix else "",
        count=one.count,
    )


def _well(rules: Book, here: Located) -> Iterator[Row]:
    """A row for each published area and track, in the order of the directory."""
    areas: dict[tuple[str, str, int], list[Rule]] = defaultdict(list)
    for of_place in rules.places.values():
        for rule in of_place:
            if rule.manager is not None:
                areas[rule.source, rule.track, rule.manager].append(rule)
    for (_source, track, _manager), same in areas.items():
        count = sum(_count(rules, rule, here) for rule in same)
        yield Row(
            area=_area(rules, same),
            track=track,
            managers=names_of(rules, same),
            words=counted(count, "partner") if count else _("No partner yet"),
            kind="",
            tone="",
            fix_url=fixes.rule_url(same[0].id),
            fix_words=_("Rule"),
            count=count,
        )


def _count(rules: Book, rule: Rule, here: Located) -> int:
    part = next((one for one in rules.parts.get(rule.key, ()) if one.slug == rule.part), None)
    return here.at(_codes(rules, rule.key), rule.track, part=part).count


def _codes(rules: Book, place: str) -> list[str]:
    if not place.startswith(GROUP):
        return [place]
    return [code for code, groups in rules.groups.items() if any(f"{GROUP}{one.key}" == place for one in groups)]


def _area(rules: Book, same: Sequence[Rule]) -> str:
    names = {f"{GROUP}{one.key}": one.name for groups in rules.groups.values() for one in groups}
    if len(same) > FEW and all(rule.key.startswith("US-") for rule in same):
        return ", ".join(rule.key.partition("-")[2] for rule in same)
    return ", ".join(names.get(rule.key) or places.name_of(rule.key, rule.part) for rule in same)
