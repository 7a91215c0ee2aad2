"""One page of the queue: what the address asks, read in few statements, as the template shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.models import Event
from tickets import access
from tickets.kinds import Words
from tickets.models import Ticket
from tickets.models.ticket import ACTIVE
from tickets.queue import counts, filters, rows
from tickets.queue.filters import Chosen
from tickets.queue.orders import SORTS, Sort, sort_called
from tickets.queue.rows import Reader, Row
from tickets.queue.views import View, views_of
from web.keyset import Page, Way, page_of
from web.memory import Memory
from web.words import capped

SIZE = 50
ROOT = "/queue/"
_counters = Memory(seconds=5)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for: a view, filters, an order, and where the page starts."""

    view: View
    query: QueryDict
    chosen: tuple[Chosen, ...]
    sort: Sort
    statuses: frozenset[str]
    way: Way = "after"
    start: Sequence[Any] | None = None

    @property
    def path(self) -> str:
        return path_of(self.view)

    @property
    def here(self) -> str:
        """The view with these filters and this order, from its first page."""
        return self.href()

    @property
    def filtered(self) -> bool:
        return bool(self.chosen)

    def href(self, *, path: str = "", **changes: str) -> str:
        """The address with some parameters changed; the page starts at its first row again."""
        return self._address({name: [value] for name, value in changes.items()}, path=path)

    def with_filter(self, name: str, values: Sequence[str]) -> str:
        """The address with one filter set to these values, or without it."""
        return self._address({name: values})

    def _address(self, changes: Mapping[str, Sequence[str]], *, path: str = "") -> str:
        query = self.query.copy()
        for name in ("after", "before", "newest", "state", "q", "list"):
            query.pop(name, None)
        for name, values in changes.items():
            query.setlist(name, [value for value in values if value])
        kept = query.urlencode()
        return (path or self.path) + (f"?{kept}" if kept else "")


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A view in the list beside the queue."""

    view: View
    href: str
    current: bool
    count: counts.Count

    @property
    def name(self) -> str:
        """What a screen reader says: “Unassigned, 27 tickets, 1 breaching”."""
        tickets = ngettext("%(count)s ticket", "%(count)s tickets", self.count.tickets)
        words = [self.view.title, tickets % {"count": capped(self.count.tickets)}]
        if self.count.breaching:
            words.append(_("%(count)s breaching") % {"count": capped(self.count.breaching)})
        return ", ".join(str(word) for word in words)

    @property
    def only_breaching(self) -> bool:
        return self.view.slug == "due"


@dataclass(frozen=True, kw_only=True)
class ViewGroup:
    title: Words
    views: list[Counted]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rows under one head; no head where the order is not by due time."""

    slug: str
    title: str
    count: str
    rows: list[Row]


@dataclass(frozen=True, kw_only=True)
class Counters:
    """Everything the page counts, from one statement."""

    views: list[Counted]
    total: int
    newest: int
    groups: dict[str, int]
    names: dict[str, list[str]]

    @cached_property
    def by_group(self) -> list[ViewGroup]:
        grouped = groupby(self.views, lambda one: one.view.group)
        return [ViewGroup(title=title, views=list(views)) for title, views in grouped]

    def state(self, arrived: int) -> str:
        """Changes when something a reader sees in the counters changes."""
        shown = [(one.view.slug, one.count.tickets, one.count.breaching) for one in self.views]
        return sha256(repr((shown, self.total, arrived)).encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class News:
    """The bar over the rows: how many tickets came since the page was made, and where to ask next."""

    asked: Asked
    newest: int
    arrived: int
    state: str

    @property
    def poll(self) -> str:
        return self.asked.href(path=f"{self.asked.path}news/", newest=str(self.newest), state=self.state)

    @property
    def here(self) -> str:
        return self.asked.here

    @property
    def fresh(self) -> str:
        """The first page, with what is new marked for a moment."""
        return self.asked.href(newest=str(self.newest))

    @property
    def words(self) -> str:
        said = ngettext(
            "%(count)s new ticket arrived. Show it", "%(count)s new tickets arrived. Show them", self.arrived
        )
        return said % {"count": capped(self.arrived)}


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    """A whole page, ready for the template."""

    asked: Asked
    counters: Counters
    groups: list[Group]
    next: str
    previous: str
    may_take: bool

    @property
    def empty(self) -> bool:
        return not self.groups

    @property
    def sorts(self) -> list[tuple[Sort, str, bool]]:
        asked = self.asked
        return [
            (sort, asked.href(sort="" if sort.slug == asked.view.sort else sort.slug), sort is asked.sort)
            for sort in sorts_for(asked.statuses)
        ]

    @property
    def news(self) -> News:
        return News(asked=self.asked, newest=self.counters.newest, arrived=0, state=self.counters.state(0))


def path_of(view: View) -> str:
    return f"{ROOT}{view.slug}/"


def asked_for(view: View, query: QueryDict) -> Asked:
    """Reads an address; whatever it names that does not exist is left out or matches nothing, never an error."""
    chosen = tuple(filters.chosen_in(query))
    wanted = next((one.values for one in chosen if one.filter.name == "status"), ())
    statuses = filters.statuses_asked(wanted, shown=view.statuses, open_ended=view.open_ended)
    possible = [sort.slug for sort in sorts_for(statuses)]
    default = view.sort if view.sort in possible else "updated"
    slug = query.get("sort", "")
    sort = sort_called(slug if slug in possible else default, default=default)
    way: Way = "before" if query.get("before") else "after"
    start = sort.order.read(query.get(way, ""))
    return Asked(view=view, query=query, chosen=chosen, sort=sort, statuses=statuses, way=way, start=start)


def sorts_for(statuses: frozenset[str]) -> list[Sort]:
    """Only open tickets have a time they are due at."""
    return [sort for sort in SORTS.values() if statuses <= ACTIVE or sort.slug not in {"due", "priority"}]


def matching(asked: Asked, to: Reader) -> QuerySet[Ticket]:
    """The tickets of the view that fit the filters and that the reader may see."""
    scope = asked.view.scope(access.tickets_for(to.user), user=to.user, now=to.now)
    return filters.narrowed(scope, asked.chosen, to.user).filter(status__in=sorted(asked.statuses))


def read(asked: Asked, to: Reader) -> QueuePage:
    """Counters, the page's rows, what was seen and drafted: four statements, however many rows."""
    tickets = matching(asked, to)
    counters = count(asked, to, tickets)
    page = _rows(asked, tickets)
    return QueuePage(
        asked=asked,
        counters=counters,
        groups=_grouped(asked.sort, rows.rows_for(page.rows, to), counters.groups),
        next=asked.href(after=page.next) if page.next else "",
        previous=asked.href(before=page.previous) if page.previous else "",
        may_take=access.may_work(to.user),
    )


def count(asked: Asked, to: Reader, tickets: QuerySet[Ticket]) -> Counters:
    """Counters of all views, of the groups, the names of chosen people: one statement, asked again after any event.

    Without an event they are kept for some seconds: only the clock can have changed them.
    """
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    key = (newest, to.user.pk, to.user.role, asked.href())
    return _counters.get(key, lambda: _count(asked, to, tickets))


def _count(asked: Asked, to: Reader, tickets: QuerySet[Ticket]) -> Counters:
    shown = views_of(to.user)
    wanted: dict[str, Any] = {
        **counts.of_views(shown, access.tickets_for(to.user), user=to.user, now=to.now),
        "total": counts.UpTo(tickets.order_by()),
        "newest": counts.newest(),
        **{f"names_{one.filter.name}": names for one in asked.chosen if (names := one.names(to.user))},
    }
    groups = (
        counts.of_groups(tickets, statuses=asked.statuses, now=to.now, midnight=to.midnight)
        if asked.sort.grouped
        else {}
    )
    found = counts.read({**wanted, **groups}, user=to.user)
    numbers = counts.view_counts(found, shown)
    return Counters(
        views=[_counted(view, numbers[view.slug], current=view is asked.view) for view in shown],
        total=found["total"],
        newest=found["newest"] or 0,
        groups={slug: found[slug] for slug in groups},
        names={one.filter.name: found.get(f"names_{one.filter.name}") or [] for one in asked.chosen},
    )


def _rows(asked: Asked, tickets: QuerySet[Ticket]) -> Page[Any]:
    order, back = asked.sort.order, asked.way == "before"
    if asked.start is not None:
        tickets = tickets.filter(order.beyond(asked.start, way=asked.way))
    found = rows.read(tickets.order_by(*order.by(backwards=back and asked.start is not None))[: SIZE + 1])
    way: Way = asked.way if asked.start is not None else "after"
    return page_of(order, found, size=SIZE, way=way, started=asked.start is not None)


def _grouped(sort: Sort, found: Iterable[Row], numbers: dict[str, int]) -> list[Group]:
    if not sort.grouped:
        shown = list(found)
        return [Group(slug="", title="", count="", rows=shown)] if shown else []
    titles = {
        "overdue": _("Overdue"),
        "today": _("Due today"),
        "later": _("Tomorrow and later"),
        "paused": _("Paused"),
    }
    return [
        Group(slug=slug, title=titles[slug], count=capped(numbers.get(slug, 0)), rows=list(members))
        for slug, members in groupby(found, lambda row: row.due.group)
    ]


def _counted(view: View, number: counts.Count, *, current: bool) -> Counted:
    return Counted(view=view, href=path_of(view), current=current, count=number)


def news_since(asked: Asked, to: Reader, newest: int) -> tuple[News, Counters]:
    """What changed beside the rows since the page was made; one statement, two when tickets came."""
    tickets = matching(asked, to)
    counters = count(asked, to, tickets)
    arrived = 0
    if counters.newest > newest:
        arrived = tickets.filter(pk__gt=newest).order_by()[: counts.MOST + 1].count()
    return News(asked=asked, newest=newest, arrived=arrived, state=counters.state(arrived)), counters
