"""The whole audit of one day, from the rules in memory and from partners and opportunities in groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from routing.audit import accounts, deals, examples, gaps, grouped, located, mapping, naming, overlaps
from routing.audit.finding import AMBER, RED, Finding, Kind
from routing.book import DAYS, SECONDS, Book, book
from web.memory import Memory

_kept: Final = Memory(seconds=SECONDS, most=DAYS)  # its audits hold their books, so no id comes twice
_TONES: Final = {RED: 0, AMBER: 1}
_KINDS: Final = {kind: number for number, kind in enumerate(Kind)}


@dataclass(frozen=True, kw_only=True)
class Audit:
    """Every finding of a day in the order of the page, with what the lists behind them are made of."""

    book: Book
    findings: Sequence[Finding]
    accounts: Sequence[accounts.Judged]
    deals: Sequence[deals.Judged]

    @property
    def counts(self) -> Mapping[Kind, int]:
        return Counter(one.kind for one in self.findings)

    def of(self, kind: str) -> list[Finding]:
        return [one for one in self.findings if not kind or one.kind == kind]

    def one(self, slug: str) -> Finding | None:
        return next((one for one in self.findings if one.slug == slug), None)


def findings(on: date) -> list[Finding]:
    """What is wrong on that day, the worst kinds first, with examples."""
    return examples.shown(read(on).findings)


def read(on: date) -> Audit:
    """About a dozen statements, however many there are; the same for as long as the rules in memory are the same."""
    rules = book(on)
    return _kept.get(id(rules), lambda: _read(rules))


def _read(rules: Book) -> Audit:
    groups = grouped.read(rules)
    judged, opportunities = accounts.judge(groups, rules), deals.judge(rules)
    found = [
        *gaps.find(rules, located.by_place(groups)),
        *overlaps.find(rules),
        *naming.find(rules),
        *mapping.find(rules),
        *accounts.find(judged, rules),
        *deals.find(opportunities, rules),
    ]
    return Audit(book=rules, findings=ordered(found), accounts=judged, deals=opportunities)


def ordered(found: Iterable[Finding]) -> list[Finding]:
    """Of two about one row to be filled, the one that says who waits for it."""
    found = list(found)
    waited = {one.rule for one in found if one.rule and one.count}
    found = [one for one in found if one.count or one.rule not in waited]
    return sorted(found, key=lambda one: (_KINDS[one.kind], _TONES.get(one.tone, 2), one.weight, one.area))
