"""What the address of one of the lists asks for: the gate, since when, and which partners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import parse_qsl

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from partners import access, finding, letters
from partners.certified.tabs import LISTS
from partners.filters import FILTERS, LIVE, Chosen, chosen_in
from partners.gates import GATES
from partners.models import Account
from people.models import User

NARROWING: Final = ("track", "region", "channel_manager")
DAYS: Final = 30
LONGEST_AGO: Final = timedelta(days=731)
MOST_VALUES: Final = 20


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`start` is the number of the row a page begins with."""

    show: str
    gate: str
    since: date
    text: str
    chosen: tuple[Chosen, ...]
    query: QueryDict
    start: int = 0

    @property
    def narrowed(self) -> bool:
        return bool(self.text or self.chosen)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """All but the words, for the search form."""
        return [pair for pair in parse_qsl(self.query.urlencode()) if pair[0] != "q"]

    @property
    def kept_for_day(self) -> list[tuple[str, str]]:
        """All but the day, for the form that asks for it."""
        return [pair for pair in parse_qsl(self.query.urlencode()) if pair[0] != "since"]

    def href(self, changes: Mapping[str, Sequence[str]]) -> str:
        """The list with some parameters changed, from its first row."""
        query = self.query.copy()
        for name, values in changes.items():
            query.setlist(name, [value for value in values if value])
        written = query.urlencode()
        return reverse(f"certified:{self.show}") + (f"?{written}" if written else "")

    def accounts(self, user: User) -> QuerySet[Account]:
        """The living partners the filters leave, by name."""
        found = access.accounts_for(user).filter(LIVE).select_related("channel_manager__user")
        for one in self.chosen:
            found = found.filter(one.where(user))
        return finding.matching(found, self.text).order_by("name", "pk")


def asked_for(show: str, given: QueryDict) -> Asked:
    """Whatever is not known falls back to letters, thirty days and everybody."""
    assert show in LISTS
    query = QueryDict(mutable=True)
    for name in ("gate", "since", *NARROWING, "q"):
        values = [value.replace("\x00", "")[:200] for value in given.getlist(name) if value]
        if values:
            query.setlist(name, values[:MOST_VALUES])
    gate = query.get("gate", "")
    return Asked(
        show=show,
        gate=gate if gate in GATES else letters.GATE,
        since=_since(query.get("since", "")),
        text=finding.clean(query.get("q", "")),
        chosen=tuple(one for one in chosen_in(query) if one.filter.name in NARROWING),
        query=query,
        start=_number(given.get("start", "")),
    )


def filters() -> list[str]:
    return [name for name in FILTERS if name in NARROWING]


def _since(text: str) -> date:
    """A day, or so many days ago; never today or later, and not longer ago than two years."""
    today = timezone.localdate()
    day = today - timedelta(days=_number(text) or DAYS)
    with suppress(ValueError):
        day = date.fromisoformat(text) if len(text) == 10 else day
    return min(max(day, today - LONGEST_AGO), today - timedelta(days=1))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
