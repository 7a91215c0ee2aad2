"""Two rows of one rank that say who it is: of a place in the directory, of a key or a partner in the mapping."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _

from routing import places
from routing.audit import fixes
from routing.audit.finding import AMBER, RED, Example, Finding, Kind
from routing.audit.said import names_of, says, table_name
from routing.book import Book, Rule
from routing.models import GROUP, PartnerRule, Track

NAMED: Final = 6
Rules = Sequence[Rule]


def find(book: Book) -> Iterator[Finding]:
    yield from _of_places(book)
    yield from _of_groups(book)
    yield from _of_keys(book)
    yield from _of_partners(book)


def _of_places(book: Book) -> Iterator[Finding]:
    """The same place, part and track twice; a row of every track is another rank than one of Select."""
    for place, rules in book.places.items():
        by_rank: dict[tuple[str, str], list[Rule]] = defaultdict(list)
        for rule in rules:
            if rule.manager is not None:
                by_rank[rule.part, rule.track].append(rule)
        for (part, track), same in by_rank.items():
            if len(same) > 1:
                name = _group_names(book).get(place) or places.name_of(place, part)
                yield _twice(book, same, slug=f"{place}-{part}-{track}", area=name, track=track)


def _of_groups(book: Book) -> Iterator[Finding]:
    """A country in two groups of one rank whose managers differ, and that has no row of its own."""
    clashes: dict[tuple[str, tuple[Rule, ...]], list[str]] = defaultdict(list)
    for code, groups in book.groups.items():
        for catch_all in (False, True):
            for track in Track.values:
                rules = [
                    rule
                    for group in groups
                    if group.catch_all == catch_all
                    for rule in book.at(f"{GROUP}{group.key}")
                    if rule.track in {"", track} and rule.manager is not None
                ]
                if len({rule.manager for rule in rules}) > 1 and not _named_itself(book, code, track):
                    clashes[track, tuple(rules)].append(code)
    for (track, both), codes in clashes.items():
        area = ", ".join(sorted(places.name_of(code) for code in codes))
        yield _twice(book, both, slug=f"group-{codes[0]}-{track}", area=area, track=track)


def _named_itself(book: Book, code: str, track: str) -> bool:
    return any(rule.track in {"", track} and rule.manager is not None for rule in book.at(code))


def _of_keys(book: Book) -> Iterator[Finding]:
    for table, by_key in book.keys.items():
        for folded, rules in by_key.items():
            if len(rules) > 1:
                yield _duplicate(book, table, folded, rules)


def _of_partners(book: Book) -> Iterator[Finding]:
    """One partner twice in a table; in two tables the precedence says who it is, which is no fault."""
    for table, (by_account, by_name) in book.partners.items():
        told: set[str] = set()
        for key, rules in [*by_account.items(), *by_name.items()]:
            fresh = {rule.id for rule in rules} - told
            if len(rules) > 1 and fresh and _one_partner(rules):
                told |= fresh
                yield _duplicate(book, table, str(key), rules)


def _one_partner(rules: Rules) -> bool:
    """Two of one name that are linked to different accounts are two partners."""
    return len({rule.account for rule in rules if rule.account is not None}) <= 1


def _twice(book: Book, rules: Rules, *, slug: str, area: str, track: str) -> Finding:
    differ = len({rule.manager for rule in rules}) > 1
    words = _("Overlap: %(n)d rows name different managers") if differ else _("Overlap: said %(n)d times, identical")
    return Finding(
        slug=f"overlap-{slug}".lower(),
        kind=Kind.OVERLAP,
        tone=RED if differ else AMBER,
        area=area,
        track=track,
        managers=names_of(book, rules),
        words=words % {"n": len(rules)},
        count=len(rules),
        unit="rule",
        examples=_rows(book, rules),
        fixes=[fixes.rule(rules[-1].id, _("End a row"))],
    )


def _duplicate(book: Book, table: str, key: str, rules: Rules) -> Finding:
    said = {says(book, rule) for rule in rules}
    differ = len(said) > 1
    words = _("Twice in the table, and the rows differ: %(said)s")
    same = _("Twice in the table, identical")
    return Finding(
        slug=f"duplicate-{table}-{key}".lower(),
        kind=Kind.DUPLICATE,
        tone=RED if differ else AMBER,
        area=rules[0].key,
        code=table not in PartnerRule.Table.values,
        managers=names_of(book, rules),
        words=words % {"said": "; ".join(sorted(said))} if differ else same,
        count=len(rules),
        unit="rule",
        examples=_rows(book, rules, beside=table_name(table)),
        fixes=[fixes.rule(rules[-1].id, _("End a row"))],
    )


def _rows(book: Book, rules: Rules, *, beside: str = "") -> list[Example]:
    return [
        Example(words=f"{says(book, rule)}", beside=rule.source or beside, url=fixes.rule_url(rule.id))
        for rule in rules[:NAMED]
    ]


def _group_names(book: Book) -> Mapping[str, str]:
    return {f"{GROUP}{group.key}": group.name for groups in book.groups.values() for group in groups}
