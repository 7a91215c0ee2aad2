"""The windows themselves: which one is on, which are ahead or over, which would overlap.

A window is on from `starts` to `ends` by the clock alone; nothing has to run for it to begin or to be over.
"""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext as _

from mail.models import AwayWindow, Mailbox
from people.models import User
from web.memory import Memory


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the form asks for, checked."""

    occasion: str
    starts: datetime
    ends: datetime
    time_zone: str
    text_outside: str
    text_inside: str
    mailbox: Mailbox | None = None
    remind: User | None = None

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def of(cls, window: AwayWindow) -> Wish:
        return cls(**{name: getattr(window, name) for name in cls.__dataclass_fields__})


# Every mail asks, some of them three times; a window set elsewhere is known here within ten seconds.
_memory = Memory(seconds=10)


def current(mailbox: Mailbox, at: datetime) -> AwayWindow | None:
    """The window that is on for `mailbox` at that moment."""
    ours = (row for row in _memory.get("not over", _not_over) if row.mailbox_id in {None, mailbox.pk})
    return next((row for row in ours if row.starts <= at < ended(row)), None)


def forget() -> None:
    """Call after a window was set, changed or ended: here at once."""
    _memory.forget()


def _not_over() -> list[AwayWindow]:
    return list(_with_names(AwayWindow.objects.filter(ends__gt=timezone.now())))


def running(at: datetime) -> QuerySet[AwayWindow]:
    """Windows on at that moment, of whichever mailbox; ended early counts as ended."""
    return _with_names(AwayWindow.objects.filter(starts__lte=at, ends__gt=at).exclude(cancelled__lte=at))


def _with_names(windows: QuerySet[AwayWindow]) -> QuerySet[AwayWindow]:
    """A mailbox's own window before the one for all."""
    return windows.select_related("mailbox", "set_by", "remind").order_by(F("mailbox").asc(nulls_last=True), "-starts")


def coming(at: datetime) -> QuerySet[AwayWindow]:
    ahead = AwayWindow.objects.filter(starts__gt=at, cancelled=None)
    return ahead.select_related("mailbox", "set_by", "remind").order_by("starts")


def over(at: datetime) -> QuerySet[AwayWindow]:
    """Ended by themselves or early, newest first."""
    ended = AwayWindow.objects.filter(Q(ends__lte=at) | Q(cancelled__lte=at))
    return ended.select_related("mailbox", "set_by", "remind").order_by("-starts")


def ended(window: AwayWindow) -> datetime:
    """When it is over: at its end, or earlier when somebody ended it."""
    return min(window.ends, window.cancelled) if window.cancelled else window.ends


def ran(window: AwayWindow) -> bool:
    """False for one that was called off before it began."""
    return ended(window) > window.starts


def state_of(window: AwayWindow, at: datetime) -> str:
    """One of `on`, `coming`, `over` and `off` (called off before it began)."""
    if not ran(window):
        return "off"
    if at >= ended(window):
        return "over"
    return "on" if at >= window.starts else "coming"


def still_on_in_group(at: datetime) -> QuerySet[AwayWindow]:
    """Over, and nobody has said yet that the Google Group's own answer is off again."""
    began = Q(cancelled=None) | Q(cancelled__gt=F("starts")) | Q(group_switched_on=True)
    return over(at).filter(began, group_switched_off=False)


def overlapping(wish: Wish, *, besides: AwayWindow | None = None) -> AwayWindow | None:
    """Another window of the same mailbox at the same time; “every mailbox” meets each of them."""
    stop = Least(F("ends"), F("cancelled"))  # PostgreSQL's least() leaves NULL out
    rows = AwayWindow.objects.annotate(stop=stop).filter(stop__gt=F("starts"))
    rows = rows.filter(starts__lt=wish.ends, stop__gt=wish.starts)
    if wish.mailbox is not None:
        rows = rows.filter(Q(mailbox=None) | Q(mailbox=wish.mailbox))
    if besides is not None:
        rows = rows.exclude(pk=besides.pk)
    return rows.order_by("starts").first()


def overlap_words(other: AwayWindow) -> str:
    zone = zoneinfo.ZoneInfo(other.time_zone)
    return _(
        "%(occasion)s is set from %(start)s to %(end)s (%(zone)s) already, and both would answer. "
        "Change that one, or choose other times."
    ) % {
        "occasion": other.get_occasion_display(),
        "start": f"{other.starts.astimezone(zone):%Y-%m-%d %H:%M}",
        "end": f"{ended(other).astimezone(zone):%Y-%m-%d %H:%M}",
        "zone": other.time_zone,
    }
