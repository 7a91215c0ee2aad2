"""What narrows the queue. Every value in the address is checked against what exists; an unknown one matches nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from partners.models import Account, Region
from people.models import ChannelManager, User
from tickets import access, kinds, topics
from tickets.kinds import Words
from tickets.models import Priority, Status, Tag, Ticket
from tickets.models.ticket import ACTIVE

MOST_VALUES = 20
MOST_CHOICES = 50
TRACKS = ("Open", "Select", "Technology", "US PubSec", "GSI", "Alliance")
NOBODY = "nobody"
ME = "me"
OPEN = "open_ones"
ANY = "any"


@dataclass(frozen=True, kw_only=True)
class Choice:
    value: str
    label: Words
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One thing to narrow by: how it is called, its column, what can be chosen."""

    name: str
    label: Words
    icon: str = "list-filter"
    column: str
    fixed: Callable[[], Iterable[Choice]] = tuple
    rows: Callable[[User, str], QuerySet[Any]] | None = None
    model: type[Model] | None = None
    among: Callable[[list[int]], Q] | None = None
    title: str = "name"

    @property
    def searchable(self) -> bool:
        """A list that may be long."""
        return self.rows is not None

    def choices(self, user: User, asked: str = "") -> list[Choice]:
        """What the menu offers; `asked` narrows a long list."""
        wanted = asked.strip().casefold()
        given = [choice for choice in self.fixed() if wanted in str(choice.label).casefold()]
        if self.rows is None:
            return given
        found = self.rows(user, asked.replace("\x00", "").strip()[:80]).values_list("pk", self.title)[:MOST_CHOICES]
        return given + [Choice(value=str(pk), label=name) for pk, name in found]

    def where(self, values: Sequence[str], user: User) -> Q:
        """The tickets with one of the values."""
        own = {choice.value: choice for choice in self.fixed()}
        plain = [value for value in values if value in own and value not in {NOBODY, ME}]
        ids = ids_of(values) if self.rows else []
        found = self.among(ids) if self.among else Q(**{f"{self.column}__in": ids if self.rows else plain})
        if NOBODY in values and NOBODY in own:
            found |= Q(**{f"{self.column}__isnull": True})
        if ME in values and ME in own:
            found |= Q(**{self.column: user.pk})
        return found

    def names(self, values: Sequence[str], user: User) -> ArraySubquery | None:
        """The names of chosen rows, read together with the counters; None when nothing has to be read.

        The desk reads any name; a channel manager only those of the menu.
        """
        ids = ids_of(values)
        if not ids or self.model is None or self.rows is None:
            return None
        readable = self.model._default_manager.all() if user.on_desk else self.rows(user, "")  # noqa: SLF001
        return ArraySubquery(readable.filter(pk__in=ids).order_by(self.title).values(self.title))

    def labels(self, values: Sequence[str], names: Sequence[str]) -> list[str]:
        own = {choice.value: str(choice.label) for choice in self.fixed()}
        known = [own[value] for value in values if value in own]
        return [*known, *names] or [_("unknown")]


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A filter of the address with its values."""

    filter: Filter
    values: tuple[str, ...]

    def names(self, user: User) -> ArraySubquery | None:
        return self.filter.names(self.values, user)

    def words(self, names: Sequence[str]) -> str:
        return _(" or ").join(self.filter.labels(self.values, names))


def chosen_in(query: QueryDict) -> list[Chosen]:
    """The filters the address names, without repeated values."""
    return [
        Chosen(filter=one, values=values)
        for one in FILTERS.values()
        if (values := tuple(dict.fromkeys(value[:80] for value in query.getlist(one.name) if value))[:MOST_VALUES])
    ]


def ids_of(values: Iterable[str]) -> list[int]:
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) <= 18]


def statuses_asked(values: Sequence[str], *, shown: frozenset[str], open_ended: bool) -> frozenset[str]:
    """Which statuses to show: the view's own, or what the reader asked for where the view lets them."""
    if not values:
        return shown
    known = frozenset(Status.values)
    several: dict[str, frozenset[str]] = {OPEN: frozenset(map(str, ACTIVE)), ANY: known}
    asked: frozenset[str] = frozenset().union(*(several.get(value, known & {value}) for value in values))
    return asked if open_ended else asked & shown


def _statuses() -> list[Choice]:
    return [
        Choice(value=OPEN, label=pgettext("status", "open"), icon="inbox"),
        *(Choice(value=value, label=label) for value, label in Status.choices),
        Choice(value=ANY, label=pgettext("status", "any"), icon="infinity"),
    ]


def _kinds() -> list[Choice]:
    return [Choice(value=kind.slug, label=kind.title, icon=kind.icon) for kind in kinds.all_kinds()]


def _topics() -> list[Choice]:
    return [Choice(value=topic.slug, label=topic.title, icon=topic.icon) for topic in topics.ALL]


def _tracks() -> list[Choice]:
    return [Choice(value=track, label=track) for track in TRACKS]


def _regions() -> list[Choice]:
    return [Choice(value=value, label=label, icon="globe") for value, label in Region.choices]


def _priorities() -> list[Choice]:
    return [Choice(value=value, label=label) for value, label in reversed(Priority.choices)]


def _people() -> list[Choice]:
    return [
        Choice(value=ME, label=_("me"), icon="user"),
        Choice(value=NOBODY, label=pgettext("assignee", "nobody"), icon="circle-dashed"),
    ]


def _nobody() -> list[Choice]:
    return [Choice(value=NOBODY, label=_("none"), icon="circle-dashed")]


def accounts_for(user: User, asked: str) -> QuerySet[Account]:
    """The partners whose tickets `user` may read, by name."""
    found = Account.objects.order_by("name")
    if not user.on_desk:
        found = found.filter(channel_manager__user=user)
    return found.filter(name__icontains=asked) if asked else found


def _managers(user: User, asked: str) -> QuerySet[ChannelManager]:  # noqa: ARG001 - every list gets the reader
    return ChannelManager.objects.filter(name__icontains=asked).order_by("name")


def _assignees(user: User, asked: str) -> QuerySet[User]:  # noqa: ARG001
    return access.assignable().filter(name__icontains=asked)


def _tags(user: User, asked: str) -> QuerySet[Tag]:  # noqa: ARG001
    return Tag.objects.filter(name__icontains=asked).order_by("name")


def _tagged(ids: list[int]) -> Q:
    """Without a join, so that a ticket with two of the tags is there once."""
    return Q(pk__in=Ticket.tags.through.objects.filter(tag__in=ids).values("ticket"))


FILTERS: dict[str, Filter] = {
    one.name: one
    for one in (
        Filter(name="status", label=gettext_lazy("Status"), column="status", fixed=_statuses),
        Filter(name="kind", label=gettext_lazy("Type"), column="kind", fixed=_kinds),
        Filter(name="topic", label=gettext_lazy("Topic"), column="topic", fixed=_topics, icon="hash"),
        Filter(name="track", label=gettext_lazy("Track"), column="partner__track", fixed=_tracks),
        Filter(name="channel_manager", label=gettext_lazy("Channel manager"), column="channel_manager", fixed=_nobody,
               rows=_managers, model=ChannelManager),
        Filter(name="partner", label=gettext_lazy("Partner"), column="partner", fixed=_nobody, rows=accounts_for,
               model=Account, icon="building-2"),
        Filter(name="assignee", label=gettext_lazy("Assignee"), column="assignee", fixed=_people, rows=_assignees,
               model=User, icon="user"),
        Filter(name="region", label=gettext_lazy("Region"), column="region", fixed=_regions, icon="globe"),
        Filter(name="priority", label=pgettext_lazy("how urgent", "Priority"), column="priority", fixed=_priorities,
               icon="chevrons-up"),
        Filter(name="tag", label=gettext_lazy("Tag"), column="tags", rows=_tags, among=_tagged, model=Tag, icon="tag"),
    )
}  # fmt: skip
IN_BAR = ("kind", "track", "channel_manager")


def narrowed(tickets: QuerySet[Any], chosen: Iterable[Chosen], user: User) -> QuerySet[Any]:
    """`tickets` that fit every filter but status, which the view decides about."""
    for one in chosen:
        if one.filter.name != "status":
            tickets = tickets.filter(one.filter.where(one.values, user))
    return tickets
