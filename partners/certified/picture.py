"""One partner as a picture: each course a bar with as many places as it takes, each person a dot on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, Literal

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import facts, gates, names, regions, telling
from partners.courses import names_one_of
from partners.facts import Facts
from partners.gates import GATES
from partners.models import Account, Gate
from partners.team_facts import Counted, Holder, Team, count
from partners.trainings import on_dashboard

Kind = Literal["counts", "unnamed", "unsure", "left", "elsewhere", "empty"]
DRAWN: Final = 8
COUNTING: Final = frozenset({"counts", "unnamed"})
SAID: Final[dict[str, str | Promise]] = {
    "counts": gettext_lazy("counts"),
    "unnamed": gettext_lazy("counted on the dashboard, without a name"),
    "unsure": gettext_lazy("cannot be told"),
    "left": gettext_lazy("is not active any more"),
    "elsewhere": gettext_lazy("is in another region"),
    "empty": gettext_lazy("somebody is missing"),
}


@dataclass(frozen=True)
class Dot:
    """A person on a bar, or a place nobody fills."""

    kind: Kind
    name: str = ""
    why: str = ""

    @property
    def words(self) -> str:
        said = self.why or str(SAID[self.kind])
        return f"{self.name}: {said}" if self.name else said[:1].upper() + said[1:]

    @property
    def letters(self) -> str:
        """Initials, where there is a name."""
        parts = self.name.replace("@", " ").replace(".", " ").split()
        return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A course: how many people it takes, who has it, and for what it is asked."""

    course: str
    needed: int
    dots: tuple[Dot, ...]
    asked_for: tuple[str, ...]
    how: str
    link: str
    known: bool  # somebody counts at all: an empty bar is not a no
    shown: int | None = None  # what the dashboard counts
    advisory: bool = False  # only a hint asks for it: nothing stops where somebody is missing

    @property
    def there(self) -> int:
        return sum(one.kind in COUNTING for one in self.dots)

    @property
    def places(self) -> list[Dot]:
        """As many as it takes, filled from the left; nobody is drawn missing whose absence nobody knows."""
        filled = [one for one in self.dots if one.kind in COUNTING][: self.needed]
        unsure = [one for one in self.dots if one.kind == "unsure"][: self.needed - len(filled)]
        return [*filled, *unsure, *[Dot("empty")] * (self.needed - len(filled) - len(unsure))]

    @property
    def more(self) -> list[Dot]:
        """Beyond what it takes."""
        counting = [one for one in self.dots if one.kind in COUNTING][self.needed :]
        unsure = [one for one in self.dots if one.kind == "unsure"][max(0, self.needed - self.there) :]
        return counting + unsure

    @property
    def unseen(self) -> int:
        """How many of them are not drawn."""
        return max(0, len(self.more) - DRAWN)

    @property
    def aside(self) -> list[Dot]:
        """Who has it and does not count."""
        return [one for one in self.dots if one.kind in {"left", "elsewhere"}]

    @property
    def unseen_aside(self) -> int:
        return max(0, len(self.aside) - DRAWN)

    @property
    def differs(self) -> bool:
        """The dashboard counts another number."""
        return self.shown is not None and self.shown != self.there

    @property
    def met(self) -> bool:
        return self.there >= self.needed

    @property
    def state(self) -> str:
        unsure = sum(one.kind == "unsure" for one in self.dots)
        if self.met:
            return "met"
        return "missing" if self.known and self.there + unsure < self.needed else "unknown"


@dataclass(frozen=True, kw_only=True)
class Picture:
    bars: tuple[Bar, ...]
    region: str
    dashboard: date | None
    team: Team | None

    @cached_property
    def aside(self) -> bool:
        """Somebody has a course and does not count."""
        return any(bar.aside for bar in self.bars)

    @cached_property
    def unnamed(self) -> bool:
        """Somebody counts whose name the dashboard does not say."""
        return any(dot.kind == "unnamed" for bar in self.bars for dot in bar.dots)


def of(account: Account, *, on: date) -> Picture:
    """Two statements, whoever is there."""
    return draw(account, list(gates.valid_on(on)), facts.of_one(account, on=on))


def draw(account: Account, rows: Iterable[Gate], known: Facts) -> Picture:
    """Pure."""
    return Picture(
        bars=tuple(_bar(account, row, titles, known) for row, titles in _needs(rows)),
        region=regions.agreement_of(account).words,
        dashboard=known.report.as_of if known.report else None,
        team=known.teams.get(account.pk),
    )


def _needs(rows: Iterable[Gate]) -> list[tuple[Gate, list[str]]]:
    """Each course once, with the most people any gate asks for, and all that ask; what the Open level takes first."""
    found: dict[str, tuple[Gate, list[str]]] = {}
    counting = [row for row in rows if row.check_kind == Gate.Check.CERTIFICATIONS and row.values]
    for row in sorted(counting, key=lambda one: one.gate != facts.OPEN):
        kept, titles = found.setdefault(row.values[0], (row, []))
        more = (row.at_least > kept.at_least and not row.advisory) or (kept.advisory and not row.advisory)
        found[row.values[0]] = (row if more else kept, [*titles, str(GATES.get(row.gate, row.gate))])
    return list(found.values())


def _bar(account: Account, row: Gate, asked_for: list[str], known: Facts) -> Bar:
    team = _counting_team(account, known)
    counted = count(row, account, team) if team else None
    dots = [*_of_team(counted), *_of_salesforce(account, row, known, counted)]
    shown = on_dashboard(account, row, known)
    unnamed = max(0, (shown or 0) - len(dots))  # who left may well be counted there still
    why = _("counted on the dashboard as of %(day)s, without a name")
    as_of = date_format(known.report.as_of, "j M Y") if known.report else ""
    return Bar(
        course=row.values[0],
        needed=row.at_least,
        dots=tuple(_sorted([*dots, *[Dot("unnamed", "", why % {"day": as_of})] * unnamed])),
        asked_for=tuple(dict.fromkeys(asked_for)),
        how=row.how,
        link=row.link,
        known=bool(team or shown is not None or known.passes_known),
        shown=shown,
        advisory=row.advisory,
    )


def _counting_team(account: Account, known: Facts) -> Team | None:
    """Of one that is too old nobody is drawn."""
    team = known.teams.get(account.pk)
    return None if team is None or team.old else team


def _of_team(counted: Counted | None) -> Iterator[Dot]:
    if counted is not None:
        here = {names.of_person(one.name) for one in counted.sure if one.name}
        for one in counted.unsure:
            namesake = one.back or names.of_person(one.name) in here
            yield Dot("unsure", str(one), telling.in_doubt(active=one.active, namesake=namesake))
        kinds: Sequence[tuple[Kind, Sequence[Holder]]] = (
            ("counts", counted.sure),
            ("left", counted.left),
            ("elsewhere", counted.elsewhere),
        )
        for kind, holders in kinds:
            yield from (Dot(kind, str(one)) for one in holders)


def _of_salesforce(account: Account, row: Gate, known: Facts, counted: Counted | None) -> Iterator[Dot]:
    """Those the team's export does not show with it; without an export they count."""
    every = (*counted.sure, *counted.unsure, *counted.left, *counted.elsewhere) if counted else ()
    told = {key.casefold() for one in every for key in (one.email, one.name) if key}
    held = [one for one in known.passes.get(account.pk, []) if names_one_of(one.title, row.values)]
    for one in {one.person: one for one in held}.values():
        if {one.name.casefold(), one.email.casefold()} & told:
            continue
        if counted is None:
            yield Dot("counts", one.name or one.email, _("counts, by Salesforce"))
        else:
            why = _("has it in Salesforce, and the team's export does not show it")
            yield Dot("unsure", one.name or one.email, why)


def _sorted(dots: Iterable[Dot]) -> list[Dot]:
    order = list(SAID)
    return sorted(dots, key=lambda one: (order.index(one.kind), one.name.casefold()))
