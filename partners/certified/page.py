"""One of the lists as its page shows it: the rows, how many the other lists have, the filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners import facts
from partners.certified import tabs
from partners.certified.asked import DAYS, Asked, filters
from partners.certified.leavers import Leaver, leavers
from partners.certified.moving import Moved, Moves, moves
from partners.certified.nearly import Short, one_short
from partners.certified.tabs import Shown
from partners.filters import FILTERS
from partners.gates import GATES
from partners.listing import Chip, Option, chip_of
from people.models import User
from web.memory import Memory

SIZE: Final = 100
SPANS: Final = (7, DAYS, 90, 365)
Row = Short | Moved | Leaver
_counted: Final = Memory(seconds=60)


@dataclass(frozen=True)
class Page:
    """Each list is as many statements for ten thousand partners as for one."""

    asked: Asked
    user: User

    @property
    def rows(self) -> Sequence[Any]:
        return self.found[self.asked.start : self.asked.start + SIZE]

    @property
    def found(self) -> Sequence[Row]:
        """All rows of the list that is shown."""
        return self._list(self.asked.show)

    def _list(self, show: str) -> Sequence[Row]:
        if show in {"gained", "lost"}:
            return self.moves.gained if show == "gained" else self.moves.lost
        return self.short if show == "short" else self.left

    @cached_property
    def short(self) -> list[Short]:
        return one_short(self.asked.accounts(self.user), self.asked.gate, on=timezone.localdate())

    @cached_property
    def moves(self) -> Moves:
        today = timezone.localdate()
        return moves(self.asked.accounts(self.user), self.asked.gate, since=self.asked.since, on=today)

    @cached_property
    def left(self) -> list[Leaver]:
        return leavers(self.asked.accounts(self.user), on=timezone.localdate())

    @cached_property
    def dashboard(self) -> date | None:
        report = facts.dashboard_on(timezone.localdate())
        return report.as_of if report else None

    @property
    def tabs(self) -> list[Shown]:
        counts = {show: self._count(show) for show in tabs.LISTS}
        return tabs.shown(self.asked.show, counts=counts, query=self.asked.query.urlencode())

    def _count(self, show: str) -> int:
        """Of the list that is shown as it is; of the others as it was a moment ago."""
        if show == self.asked.show:
            return len(self.found)
        key = show, self.user.pk, self.asked.gate, self.asked.since, self.asked.query.urlencode()
        return _counted.get(key, lambda: len(self._list(show)))

    @property
    def chips(self) -> list[Chip]:
        return [chip_of(self.asked, FILTERS[name], self.user) for name in filters()]

    @property
    def gate(self) -> str | Promise:
        return GATES[self.asked.gate]

    @property
    def gates(self) -> list[Option]:
        return [
            Option(label=title, icon="", href=self.asked.href({"gate": [slug]}), chosen=slug == self.asked.gate)
            for slug, title in GATES.items()
        ]

    @property
    def spans(self) -> list[Option]:
        return [
            Option(
                label=ngettext("%(n)d day", "%(n)d days", days) % {"n": days},
                icon="",
                href=self.asked.href({"since": [str(days)]}),
                chosen=(timezone.localdate() - self.asked.since).days == days,
            )
            for days in SPANS
        ]

    @property
    def about_partners(self) -> bool:
        """Not about persons: a gate is asked for."""
        return self.asked.show != "left"

    @property
    def over_time(self) -> bool:
        return self.asked.show in {"gained", "lost"}

    @property
    def not_known(self) -> int:
        """How many met it and cannot be told any more: that is no No."""
        return sum(one.now.state == "unknown" for one in self.moves.lost) if self.asked.show == "lost" else 0

    @property
    def begins_later(self) -> bool:
        """No dashboard is old enough for the day that was asked for."""
        return self.moves.since != self.asked.since

    @property
    def next(self) -> str:
        start = self.asked.start + SIZE
        return self.asked.href({"start": [str(start)]}) if len(self.found) > start else ""

    @property
    def previous(self) -> str:
        start = max(0, self.asked.start - SIZE)
        return self.asked.href({"start": [str(start)] if start else []}) if self.asked.start else ""

    @property
    def exports(self) -> list[tuple[str, str]]:
        return [
            (_("As CSV"), self.asked.href({"format": ["csv"]})),
            (_("As a workbook"), self.asked.href({"format": ["xlsx"]})),
        ]

    @property
    def everything(self) -> str:
        return self.asked.href({"q": [], **{name: [] for name in filters()}})
