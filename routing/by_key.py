"""Who the manager of an opportunity is, from the mapping: by partner, by segment, then by territory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from routing.book import Book, Rule, squeezed
from routing.facts import Deal
from routing.found import NEAR_MISSES, UNASSIGNED, Because, Found
from routing.models import KeyRule
from routing.weighing import because, is_to_be_hired, no_rule, weighed

SEGMENT: Final = KeyRule.Table.SEGMENT.value
TERRITORY: Final = KeyRule.Table.TERRITORY.value
LOOK_AT_TERRITORY: Final = "look at territory"
TO_BE_HIRED: Final = "tbh"
LEAST_ALIKE: Final = 80
Steps = tuple[Because, ...]


def by_key(deal: Deal, book: Book) -> Found:
    """From segment and territory, after no table by partner knew the partner."""
    if not deal.segment.strip():
        return _without_segment(deal, book)
    key, asked = _meant(SEGMENT, deal.segment, book)
    rules = book.by_key(SEGMENT, key)
    if not rules:
        said = no_rule("segment", deal.segment)
        return Found(
            outcome=UNASSIGNED,
            because=(*asked, said),
            near_misses=near_keys(SEGMENT, deal.segment, book),
            remarks=_hired(deal.segment),
            as_of=book.on,
        )
    paths = [(rule, (*asked, because(rule, book, name="segment"))) for rule in rules]
    return _by_territory(deal, paths, book) if any(map(_looks_on, rules)) else weighed(paths, book)


def _looks_on(rule: Rule) -> bool:
    return " ".join(rule.result.split()).casefold() == LOOK_AT_TERRITORY


def _by_territory(deal: Deal, paths: Sequence[tuple[Rule, Steps]], book: Book) -> Found:
    """The segment says “Look at Territory”; a second row that says somebody else stays in doubt."""
    others = [one for one in paths if not _looks_on(one[0])]
    before = next(steps for rule, steps in paths if _looks_on(rule))
    found, onward = _territory(deal, before, book)
    if not others:
        return found
    return weighed([*others, *onward], book) if onward else weighed(others, book, decides=found.because[-1])


def _territory(deal: Deal, before: Steps, book: Book) -> tuple[Found, list[tuple[Rule, Steps]]]:
    if not deal.territory.strip():
        words = _("The segment says “Look at Territory”, and no territory is given.")
        said = no_rule("territory", "", words=words)
        near = near_keys(TERRITORY, deal.segment, book)
        return Found(outcome=UNASSIGNED, because=(*before, said), near_misses=near, as_of=book.on), []
    key, asked = _meant(TERRITORY, deal.territory, book)
    rules = book.by_key(TERRITORY, key)
    if not rules:
        said = no_rule("territory", deal.territory)
        near = near_keys(TERRITORY, deal.territory, book)
        remarks = _hired(deal.territory)
        because_ = (*before, *asked, said)
        return Found(outcome=UNASSIGNED, because=because_, near_misses=near, remarks=remarks, as_of=book.on), []
    paths = [(rule, (*before, *asked, because(rule, book, name="territory"))) for rule in rules]
    found = weighed(paths, book)
    return replace(found, remarks=tuple(dict.fromkeys([*found.remarks, *_hired(deal.territory)]))), paths


def _without_segment(deal: Deal, book: Book) -> Found:
    """A territory decides only where the segment says so; what it would say is a candidate."""
    words = _("No segment is given: it decides first, and only its “Look at Territory” lets the territory decide.")
    said = no_rule("segment", "", words=words)
    if not deal.territory.strip():
        words = _("No segment is given.")
        return Found(outcome=UNASSIGNED, because=(no_rule("segment", "", words=words),), as_of=book.on)
    found, paths = _territory(deal, (), book)
    if not paths:
        return replace(found, because=(said, *found.because))
    return weighed(paths, book, decides=said)


def _meant(table: str, value: str, book: Book) -> tuple[str, Steps]:
    """The key itself, or the one a lead has said it means; a rule of its own goes before."""
    alias = None if book.by_key(table, value) else book.alias(table, value)
    if alias is None:
        return value, ()
    words = _("alias, said by %(name)s") % {"name": alias.said_by} if alias.said_by else _("alias")
    source = f"{words}: {alias.why}" if alias.why else words
    return alias.means, (Because(rule="alias", key=value.strip(), result=alias.means, source=source),)


def near_keys(table: str, value: str, book: Book) -> tuple[str, ...]:
    """The closest keys: those that differ in blanks and signs only come first, as does one less “TBH”."""
    written = book.written[table]
    wanted = squeezed(value)
    if not wanted:
        return ()
    found = process.extract(wanted, written.keys(), scorer=fuzz.ratio, score_cutoff=LEAST_ALIKE, limit=NEAR_MISSES)
    hired = wanted.removesuffix(TO_BE_HIRED)
    names = [*([hired] if hired != wanted and hired in written else []), *(name for name, _alike, _at in found)]
    return tuple(dict.fromkeys(written[name] for name in names))[:NEAR_MISSES]


def _hired(value: str) -> tuple[str, ...]:
    return (
        (_("“%(key)s” is to be hired: nobody has it yet.") % {"key": value.strip()},) if is_to_be_hired(value) else ()
    )
