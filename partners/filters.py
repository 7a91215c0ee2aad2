"""What narrows the list of partners. The values offered are those that occur; an unknown one matches nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from partners import letters
from partners.models import Account, Region
from people.models import ChannelManager, User
from web.memory import Memory

Words = str | Promise
MOST_VALUES = 20
UNKNOWN = "unknown"
GONE = "gone"
ME = "me"
NOBODY = "nobody"
TRACKS = ("Select", "Open", "Technology", "US PubSec", "GSI", "Alliance")
STATUSES = ("Authorized", "Pending", "Prospect", "NDA", "Denied", "Former")
LIVE = Q(deleted=None, merged_into=None)
_occurring = Memory(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Choice:
    value: str
    label: Words
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One thing to narrow by: its name, what can be chosen, and the partners a value means."""

    name: str
    label: Words
    icon: str
    choices: Callable[[User], list[Choice]]
    where: Callable[[str, User], Q]


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A filter of the address with its values."""

    filter: Filter
    values: tuple[str, ...]

    def where(self, user: User) -> Q:
        wanted = Q(pk__in=[])
        for value in self.values:
            wanted |= self.filter.where(value, user)
        return wanted


def chosen_in(query: QueryDict) -> list[Chosen]:
    """The filters the address names, without repeated values."""
    return [
        Chosen(filter=one, values=values)
        for one in FILTERS.values()
        if (values := tuple(dict.fromkeys(value[:80] for value in query.getlist(one.name) if value))[:MOST_VALUES])
    ]


def shows_gone(chosen: Iterable[Chosen]) -> bool:
    """Partners deleted or merged in Salesforce are shown only when they are asked for."""
    return any(one.filter.name == "status" and GONE in one.values for one in chosen)


def _of_column(column: str, *, gone: bool = False) -> Callable[[str, User], Q]:
    def where(value: str, user: User) -> Q:  # noqa: ARG001 - every filter gets the reader
        if gone and value == GONE:
            return ~LIVE
        return Q(**{column: "" if value == UNKNOWN else value}) & (LIVE if gone else Q())

    return where


def _tracks(user: User) -> list[Choice]:  # noqa: ARG001
    return [Choice(value=value, label=value) for value in _known("track", TRACKS)] + [_unknown()]


def _statuses(user: User) -> list[Choice]:  # noqa: ARG001
    found = [Choice(value=value, label=value) for value in _known("partner_status", STATUSES)]
    return [*found, _unknown(), Choice(value=GONE, label=_("Deleted or merged"), icon="archive")]


def _regions(user: User) -> list[Choice]:  # noqa: ARG001
    return [Choice(value=value, label=label, icon="globe") for value, label in Region.choices] + [_unknown()]


def _managers(user: User) -> list[Choice]:
    rows = ChannelManager.objects.order_by("name").values_list("pk", "name", "active")
    mine = [Choice(value=ME, label=_("me"), icon="user")] if hasattr(user, "channel_manager") else []
    named = [Choice(value=str(pk), label=name) for pk, name, active in rows if active]
    return [*mine, Choice(value=NOBODY, label=pgettext("manager", "nobody"), icon="circle-dashed"), *named]


def _of_manager(value: str, user: User) -> Q:
    if value == NOBODY:
        return Q(channel_manager=None)
    if value == ME:
        return Q(channel_manager__user=user)
    known = value.isascii() and value.isdigit() and len(value) <= 18
    return Q(channel_manager=int(value)) if known else Q(pk__in=[])


def _letters(user: User) -> list[Choice]:  # noqa: ARG001
    if not _occurring.get("letters", letters.can_tell):
        return []
    return [
        Choice(value=letters.MET, label=_("all requirements met"), icon="circle-check"),
        Choice(value=letters.MISSING, label=_("something missing"), icon="circle-x"),
        Choice(value=letters.UNKNOWN, label=_("not known"), icon="circle-dashed"),
    ]


def _unknown() -> Choice:
    return Choice(value=UNKNOWN, label=_("Not known"), icon="circle-dashed")


def _known(column: str, first: Sequence[str]) -> list[str]:
    """The values that occur, the handbook's own first: an organisation may have others."""

    def read() -> list[str]:
        found: Any = Account.objects.exclude(**{column: ""}).order_by().values_list(column, flat=True).distinct()
        others = sorted(set(found[:MOST_VALUES]) - set(first))
        return [*first, *others]

    return _occurring.get(column, read)


FILTERS: dict[str, Filter] = {
    one.name: one
    for one in (
        Filter(
            name="track", label=gettext_lazy("Track"), icon="list-filter", choices=_tracks, where=_of_column("track")
        ),
        Filter(
            name="status",
            label=gettext_lazy("Status"),
            icon="list-filter",
            choices=_statuses,
            where=_of_column("partner_status", gone=True),
        ),
        Filter(name="region", label=gettext_lazy("Region"), icon="globe", choices=_regions, where=_of_column("region")),
        Filter(
            name="channel_manager",
            label=gettext_lazy("Channel manager"),
            icon="user",
            choices=_managers,
            where=_of_manager,
        ),
        Filter(
            name="letters",
            label=gettext_lazy("Letters"),
            icon="stamp",
            choices=_letters,
            where=lambda value, _user: letters.where(value),
        ),
    )
}
