"""The audit as its page shows it: kinds to choose from, findings under their kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, islice
from typing import Final

from django.utils.functional import Promise

from people.models import User
from routing.audit import examples
from routing.audit.finding import RED, TITLES, Finding, Kind
from routing.audit.reading import Audit

SHOWN: Final = 25  # findings of a kind; all of them when it is chosen
MOST: Final = 400


@dataclass(frozen=True, kw_only=True)
class Choice:
    kind: str
    title: str | Promise
    count: int
    red: bool


@dataclass(frozen=True, kw_only=True)
class Section:
    kind: str
    title: str | Promise
    findings: Sequence[Finding]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.findings)


@dataclass(frozen=True, kw_only=True)
class Page:
    on: date
    kind: str  # chosen; empty for all
    choices: Sequence[Choice]
    sections: Sequence[Section]
    total: int
    red: int


def page(audit: Audit, *, kind: str, user: User) -> Page:
    """A kind nobody knows shows all."""
    chosen = kind if kind in set(Kind) else ""
    most = MOST if chosen else SHOWN
    sections = [_section(one, list(found), most) for one, found in groupby(audit.of(chosen), lambda one: one.kind)]
    return Page(
        on=audit.book.on,
        kind=chosen,
        choices=_choices(audit),
        sections=_for(sections, user),
        total=len(audit.findings),
        red=sum(one.tone == RED for one in audit.findings),
    )


def _choices(audit: Audit) -> list[Choice]:
    """Only kinds that something was found of."""
    red = {one.kind for one in audit.findings if one.tone == RED}
    return [
        Choice(kind=kind, title=TITLES[kind], count=audit.counts[kind], red=kind in red)
        for kind in Kind
        if audit.counts[kind]
    ]


def _section(kind: Kind, found: Sequence[Finding], most: int) -> Section:
    return Section(kind=kind, title=TITLES[kind], findings=found[:most], count=len(found))


def _for(sections: Sequence[Section], user: User) -> list[Section]:
    """With examples, read for the whole page at once, and with the fixes the reader may do."""
    found = examples.shown([one for section in sections for one in section.findings])
    shown = iter([replace(one, fixes=[fix for fix in one.fixes if fix.may(user)]) for one in found])
    return [replace(section, findings=list(islice(shown, len(section.findings)))) for section in sections]
