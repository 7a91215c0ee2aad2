"""What the rules say of every partner, beside who owns them in Salesforce."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.db.models import Count
from django.utils.translation import gettext as _

from routing import owners, places
from routing.audit import fixes, grouped
from routing.audit.finding import AMBER, RED, Finding, Kind
from routing.audit.grouped import Group
from routing.audit.located import few
from routing.book import Book
from routing.by_partner import US_PUBSEC
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


def slugs_of(one: Judged) -> list[str]:
    """The findings this group is part of."""
    if one.found.outcome == ASSIGNED:
        return [_move_slug(one)] if one.differs else []
    return [_lack_slug(one)]


def _move_slug(one: Judged) -> str:
    """Who owns them now and who should."""
    now = one.group.manager or ("other" if one.group.owner_known else "nobody")
    return f"owner-{now}-{one.found.manager.pk if one.found.manager else 0}"


def _lack_slug(one: Judged) -> str:
    """What rules are missing: where, in which track, and whether by partner."""
    group = one.group
    kind = Kind.UNSURE if one.found.outcome == AMBIGUOUS else Kind.UNCOVERED
    if by_partner(one):
        return f"{kind}-pubsec-{group.track or 'none'}"
    return f"{kind}-{(group.place or f'in {group.country}').lower()}-{group.track or 'none'}"


def by_partner(one: Judged) -> bool:
    """US PubSec: the place decides nothing."""
    return any(step.rule == US_PUBSEC and step.rule_id for step in one.found.because) or (
        one.group.public_sector is True and one.group.place[:2] == places.US
    )


def _owners(judged: Sequence[Judged], book: Book) -> Iterator[Finding]:
    """By who owns them now and who should: what one change of owners moves."""
    moves: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        if one.differs:
            moves[_move_slug(one)].append(one)
    for slug, ones in moves.items():
        yield _move(slug, ones, book)


def _move(slug: str, ones: Sequence[Judged], book: Book) -> Finding:
    count = sum(one.group.count for one in ones)
    group, manager = ones[0].group, ones[0].found.manager
    return Finding(
        slug=slug,
        kind=Kind.OWNER,
        tone=AMBER if group.owner_known else RED,
        area=f"{_owner_words(group, book)} → {manager}",
        managers=str(manager),
        words=_("Salesforce has another owner than the rules say"),
        count=count,
        unit="partner",
        partners=few(one.group for one in ones),
        fixes=fixes.owner(slug, count=count, account=group.ids[0]),
        listed=slug,
        weight=-count,
    )


def _owner_words(group: Group, book: Book) -> str:
    manager = book.managers.get(group.manager or 0)
    if manager is not None:
        return manager.name
    return _("Not a channel manager") if group.owner_known else _("Nobody")


def _without(judged: Sequence[Judged]) -> Iterator[Finding]:
    """No rule covers them, or two do; by what the rules lack, so that one change helps all of them."""
    lacking: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        if one.found.outcome != ASSIGNED:
            lacking[_lack_slug(one)].append(one)
    for slug, ones in lacking.items():
        yield _lacks(slug, ones)


def _lacks(slug: str, ones: Sequence[Judged]) -> Finding:
    group, found = ones[0].group, ones[0].found
    count = sum(one.group.count for one in ones)
    unsure = found.outcome == AMBIGUOUS
    place = "" if by_partner(ones[0]) else group.place
    return Finding(
        slug=slug,
        kind=Kind.UNSURE if unsure else Kind.UNCOVERED,
        tone=AMBER if unsure else RED,
        area=_spot(ones[0]),
        track=group.track,
        managers=", ".join(str(one.manager) for one in found.candidates),
        words=" ".join(found.remarks) or (found.because[-1].result if found.because else _("no rule")),
        near=found.near_misses,
        count=count,
        unit="partner",
        partners=few(one.group for one in ones),
        fixes=fixes.uncovered(slug, place, group.track, account=group.ids[0], unsure=unsure, count=count),
        listed=slug,
        weight=-count,
    )


def _spot(one: Judged) -> str:
    """Where they are, in our words, or as Salesforce has it when we do not understand that."""
    if by_partner(one):
        return _("US PubSec")
    group = one.group
    return places.name_of(group.place) if group.place else group.country or _("No country")


def _territories() -> Iterator[Finding]:
    without = grouped.living().filter(contracted_territories=[])
    count = without.aggregate(n=Count("pk"))["n"]
    if count:
        first = list(without.order_by("name", "pk").values_list("pk", flat=True)[:SHOWN])
        yield Finding(
            slug="territories",
            kind=Kind.TERRITORIES,
            tone=AMBER,
            area=_("Contracted Territories"),
            words=_("Empty in Salesforce: they belong to every change of an owner"),
            count=count,
            unit="partner",
            partners=first,
            fixes=[fixes.export("territories")],
            listed="territories",
        )
