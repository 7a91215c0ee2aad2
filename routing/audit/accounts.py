"""What the rules say of every partner, beside who owns them in Salesforce."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.db.models import Count
from django.utils.translation import gettext as _

from routing import owners
from routing.audit import fixes, grouped
from routing.audit.finding import AMBER, RED, Finding, Kind
from routing.audit.grouped import Group
from routing.audit.located import examples
from routing.book import Book
from routing.facts import Where
from routing.found import AMBIGUOUS, ASSIGNED, Found

SHOWN: Final = 4


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A group of partners with the rules' answer about them."""

    group: Group
    found: Found

    @property
    def differs(self) -> bool:
        manager = self.found.manager
        return self.found.outcome == ASSIGNED and manager is not None and manager.pk != self.group.manager


def judge(groups: Iterable[Group], book: Book) -> list[Judged]:
    """Groups that differ in their owner alone are asked for once."""

    @cache
    def ask(where: Where) -> Found:
        return owners.account_owner(where, on=book.on)

    return [Judged(group=group, found=ask(_where(group))) for group in groups]


def _where(group: Group) -> Where:
    return Where(
        country=group.country,
        subdivision=group.subdivision,
        postal_code=group.postal_code,
        track=group.track,
        public_sector=group.public_sector,
        account=group.account,
    )


def find(judged: Sequence[Judged], book: Book) -> Iterator[Finding]:
    yield from _owners(judged, book)
    yield from _without(judged)
    yield from _territories()


def _owners(judged: Sequence[Judged], book: Book) -> Iterator[Finding]:
    """By who owns them now and who should: what one bulk change moves."""
    moves: dict[tuple[int | None, bool, int], list[Group]] = defaultdict(list)
    for one in judged:
        if one.differs and one.found.manager is not None:
            moves[one.group.manager, one.group.owner_known, one.found.manager.pk].append(one.group)
    for (old, known, new), groups in moves.items():
        yield _move(_owner_words(old, book, known=known), old, new, groups, book)


def _move(owner: str, old: int | None, new: int, groups: Sequence[Group], book: Book) -> Finding:
    count = sum(group.count for group in groups)
    slug = f"owner-{old or 0}-{new}" if old else f"owner-{'other' if groups[0].owner_known else 'none'}-{new}"
    return Finding(
        slug=slug,
        kind=Kind.OWNER,
        tone=RED if old is None else AMBER,
        area=f"{owner} → {book.managers[new]}",
        managers=str(book.managers[new]),
        words=_("Salesforce has another owner than the rules say"),
        count=count,
        unit="partner",
        examples=examples(groups),
        fixes=fixes.owner(slug, count=count, account=groups[0].ids[0]),
        listed=slug,
        weight=-count,
    )


def _owner_words(old: int | None, book: Book, *, known: bool) -> str:
    if old is not None and old in book.managers:
        return str(book.managers[old])
    return _("Not a channel manager") if known else _("Nobody")


def _without(judged: Sequence[Judged]) -> Iterator[Finding]:
    """No rule covers them, or two do; by what the rules lack, so that one change helps all of them."""
    lacking: dict[tuple[Kind, str, str], list[Judged]] = defaultdict(list)
    for one in judged:
        if one.found.outcome != ASSIGNED:
            kind = Kind.UNSURE if one.found.outcome == AMBIGUOUS else Kind.UNCOVERED
            lacking[kind, _spot(one.group), one.group.track].append(one)
    for (kind, spot, track), ones in lacking.items():
        yield _lacks(kind, spot, track, ones)


def _lacks(kind: Kind, spot: str, track: str, ones: Sequence[Judged]) -> Finding:
    group, found = ones[0].group, ones[0].found
    slug = f"{kind}-{group.place or 'nowhere'}-{track or 'none'}-{group.public_sector}".lower()
    return Finding(
        slug=slug,
        kind=kind,
        tone=RED if kind == Kind.UNCOVERED else AMBER,
        area=spot,
        track=track,
        managers=", ".join(str(one.manager) for one in found.candidates),
        words=found.because[-1].result if found.because else _("No rule"),
        near=found.near_misses,
        count=sum(one.group.count for one in ones),
        unit="partner",
        examples=examples(one.group for one in ones),
        fixes=fixes.uncovered(group.place, track, account=group.ids[0]),
        listed=slug,
        weight=-sum(one.group.count for one in ones),
    )


def _spot(group: Group) -> str:
    """Where they are, in our words, or as Salesforce has it when we do not understand that."""
    if group.public_sector is True:
        return _("US PubSec")
    if group.place:
        return grouped.name_of(group.place)
    return group.country or _("No country")


def _territories() -> Iterator[Finding]:
    without = grouped.living().filter(contracted_territories=[])
    count = without.aggregate(n=Count("pk"))["n"]
    if count:
        first = without.order_by("name").values_list("pk", "name")[:SHOWN]
        yield Finding(
            slug="territories",
            kind=Kind.TERRITORIES,
            tone=AMBER,
            area=_("Contracted Territories"),
            words=_("Empty in Salesforce: they belong to every change of an owner"),
            count=count,
            unit="partner",
            examples=[grouped.example(pk, name) for pk, name in first],
            fixes=[fixes.export("territories")],
            listed="territories",
        )
