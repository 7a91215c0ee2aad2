"""What the lists of requests share: menus and tabs of their tool bars, and what region and manager mean there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from partners.models import Region
from people.models import ChannelManager, User

Words = str | Promise
ME: Final = "me"
NOBODY: Final = "nobody"
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, kw_only=True)
class Option:
    words: Words
    href: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Menu:
    """A filter of the tool bar: what is chosen, and what may be."""

    slug: str
    label: Words
    options: Sequence[Option]

    @property
    def chosen(self) -> Words:
        return next((one.words for one in self.options if one.chosen), self.options[0].words)

    @property
    def is_on(self) -> bool:
        return not self.options[0].chosen


@dataclass(frozen=True, kw_only=True)
class Tab:
    words: Words
    href: str
    count: int
    chosen: bool


def of_region(value: str, column: str = "account__region") -> Q:
    """Rows of a region; one that nobody knows of matches nothing, and “unknown” those that have none."""
    if value == UNKNOWN:
        return Q(**{column: ""}) | Q(**{f"{column}__isnull": True})
    return Q(**{column: value}) if value in Region.values else Q(pk__in=[])


def of_manager(value: str, user: User) -> Q:
    """Rows whose partner a channel manager has: by id, oneself, or nobody."""
    if value == ME:
        return Q(account__channel_manager__user=user)
    if value == NOBODY:
        return Q(account__channel_manager=None)
    return Q(account__channel_manager=number(value) or 0)


def regions() -> list[tuple[str, Words]]:
    known: list[tuple[str, Words]] = list(Region.choices)
    return [("", _("All regions")), *known, (UNKNOWN, _("Region not known"))]


def managers(user: User) -> list[tuple[str, Words]]:
    rows = ChannelManager.objects.filter(active=True).order_by("name").values_list("pk", "name")
    mine = [(ME, _("me"))] if hasattr(user, "channel_manager") else []
    nobody = (NOBODY, pgettext("manager", "nobody"))
    return [("", _("All managers")), *mine, nobody, *((str(pk), name) for pk, name in rows)]


def number(text: str) -> int | None:
    """An id out of an address."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
