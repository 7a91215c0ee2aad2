"""The list of partners: what the address asks, read in a fixed number of statements, as the template shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Protocol
from urllib.parse import parse_qsl

from django.db.models import BooleanField, Case, F, QuerySet, Value, When
from django.db.models.functions import Lower
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import access, finding, letters
from partners.filters import FILTERS, LIVE, Chosen, Filter, Words, chosen_in, shows_gone
from partners.models import Account
from partners.standing import Standing, standings
from people.models import User
from web.keyset import Key, Order, Way, page_of

SIZE = 50
MOST_COUNTED = 999
OpenWork = Callable[[User, Sequence[int]], Mapping[int, int]]

_name: Key[Any] = Key(expression=F("sort"), of=lambda row: row.sort, type="text")
_number: Key[Any] = Key(expression=F("id"), of=lambda row: row.pk, type="number")
_others: Key[Any] = Key(expression=F("others"), of=lambda row: row.others, type="flag")
BY_NAME: Order[Any] = Order(keys=(_name, _number))
MINE_FIRST: Order[Any] = Order(keys=(_others, _name, _number))

_open_work: list[OpenWork] = []


def register_open_work(read: OpenWork) -> None:
    """`read(user, ids)` says how much is open for each of these partners; a higher floor knows."""
    _open_work[:] = [read]


@dataclass(frozen=True, kw_only=True)
class Option:
    """A line of a filter's menu: chosen or not, and the address that turns it."""

    label: Words
    icon: str
    href: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter in the tool bar with its menu; `value` and `clear` once it is set."""

    filter: Filter
    options: list[Option]
    value: str
    clear: str


class Narrowed(Protocol):
    """What an address asks of a list that these filters narrow."""

    @property
    def chosen(self) -> tuple[Chosen, ...]: ...

    def href(self, changes: Mapping[str, Sequence[str]]) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Row:
    account: Account
    open: int
    letters: Standing

    @property
    def gone(self) -> bool:
        return self.account.deleted is not None or self.account.merged_into_id is not None

    @property
    def why(self) -> str:
        """All reasons that stand against a letter, for a title."""
        return " ".join(reason.words for reason in self.letters.reasons)

    @property
    def place(self) -> str:
        return self.account.area or self.account.region or self.account.country


@dataclass(frozen=True, kw_only=True)
class Group:
    title: str
    rows: list[Row]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for: words, filters, and where the page starts."""

    text: str
    query: QueryDict
    chosen: tuple[Chosen, ...]
    way: Way
    cursor: str

    @property
    def narrowed(self) -> bool:
        return bool(self.text or self.chosen)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The filters, for the search form."""
        return [pair for pair in parse_qsl(self._query({})) if pair[0] != "q"]

    def href(self, changes: Mapping[str, Sequence[str]]) -> str:
        """The list with some parameters changed, from its first page."""
        kept = self._query(changes)
        return reverse("partners:list") + (f"?{kept}" if kept else "")

    def _query(self, changes: Mapping[str, Sequence[str]]) -> str:
        query = self.query.copy()
        for name in ("after", "before"):
            query.pop(name, None)
        for name, values in changes.items():
            query.setlist(name, [value for value in values if value])
        return query.urlencode()


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One page of the list, ready for the template."""

    asked: Asked
    user: User
    groups: list[Group]
    total: int
    next: str
    previous: str

    @cached_property
    def chips(self) -> list[Chip]:
        chips = [chip_of(self.asked, one, self.user) for one in FILTERS.values()]
        return [chip for chip in chips if chip.options or chip.value]


def asked_for(query: QueryDict) -> Asked:
    way: Way = "before" if query.get("before") else "after"
    known = QueryDict(mutable=True)
    for name in (*FILTERS, "q"):
        known.setlist(name, [value.replace("\x00", "")[:200] for value in query.getlist(name) if value][:20])
    return Asked(
        text=finding.clean(query.get("q", "")),
        query=known,
        chosen=tuple(chosen_in(known)),
        way=way,
        cursor=query.get(way, ""),
    )


def read(asked: Asked, user: User) -> Listing:
    """The page: who it is about, how many there are, what is open for each."""
    found = _narrowed(asked, user)
    order = MINE_FIRST if _manages(user) else BY_NAME
    start = order.read(asked.cursor)
    way: Way = asked.way if start is not None else "after"
    rows = _sorted(found, user).order_by(*order.by(backwards=way == "before"))
    if start is not None:
        rows = rows.filter(order.beyond(start, way=way))
    page = page_of(order, list(rows[: SIZE + 1]), size=SIZE, way=way, started=start is not None)
    return Listing(
        asked=asked,
        user=user,
        groups=_groups(page.rows, user),
        total=found.order_by()[: MOST_COUNTED + 1].count(),
        next=asked.href({"after": [page.next]}) if page.next else "",
        previous=asked.href({"before": [page.previous]}) if page.previous else "",
    )


def _narrowed(asked: Asked, user: User) -> QuerySet[Account]:
    found = access.accounts_for(user)
    if not shows_gone(asked.chosen):
        found = found.filter(LIVE)
    for one in asked.chosen:
        found = found.filter(one.where(user))
    return finding.matching(found, asked.text)


def _sorted(found: QuerySet[Account], user: User) -> QuerySet[Account]:
    """With what the orders compare; a channel manager's own come first."""
    mine = When(channel_manager=user.channel_manager, then=Value(False)) if _manages(user) else None
    others = Case(*([mine] if mine else []), default=Value(True), output_field=BooleanField())
    return found.select_related("channel_manager__user", "merged_into").annotate(sort=Lower("name"), others=others)


def _manages(user: User) -> bool:
    return hasattr(user, "channel_manager")


def _groups(accounts: Sequence[Any], user: User) -> list[Group]:
    """Under “Yours” and “Others” for who has some; one group without a head for everybody else."""
    ids = [account.pk for account in accounts]
    work = _open_work[0](user, ids) if _open_work and ids else {}
    standing = standings(accounts, on=timezone.localdate(), only=[letters.GATE])
    heads = {False: _("Yours"), True: _("Others")} if _manages(user) else {}
    return [
        Group(
            title=heads.get(others, ""),
            rows=[Row(account=one, open=work.get(one.pk, 0), letters=standing[one.pk, letters.GATE]) for one in held],
        )
        for others, held in groupby(accounts, key=lambda account: account.others)
    ]


def chip_of(asked: Narrowed, one: Filter, user: User) -> Chip:
    """The filter in the tool bar of any list of partners."""
    now = next((chosen.values for chosen in asked.chosen if chosen.filter is one), ())
    choices = one.choices(user)
    labels = [str(choice.label) for choice in choices if choice.value in now]
    return Chip(
        filter=one,
        options=[
            Option(
                label=choice.label,
                icon=choice.icon,
                chosen=choice.value in now,
                href=asked.href({one.name: _turned(now, choice.value)}),
            )
            for choice in choices
        ],
        value=_(" or ").join(labels or [_("unknown")]) if now else "",
        clear=asked.href({one.name: []}),
    )


def _turned(now: Sequence[str], value: str) -> list[str]:
    return [kept for kept in now if kept != value] if value in now else [*now, value]
