"""The card “Due”: both promises of a ticket, and whose turn it has been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.models import Event
from people import calendar
from people.calendar import Hours, Target, hours_of
from tickets import kinds
from tickets.models import Status, Ticket
from web import times

State = Literal["rest", "soon", "over", "paused", "done", "off"]
SOON = timedelta(hours=3)


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One promise: its value in words, the line below it, and how urgent it is."""

    state: State
    value: str
    at: datetime | None
    words: str
    share: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Share:
    """A piece of the meter: from `start` on `width` of 100."""

    name: str
    words: str
    start: float
    width: float


@dataclass(frozen=True, kw_only=True)
class Due:
    hours: str
    first_reply: Clock
    resolution: Clock
    turns: Sequence[Share]

    @property
    def clocks(self) -> tuple[Clock, Clock]:
        return (self.first_reply, self.resolution)

    @property
    def next(self) -> Clock:
        """The promise that counts now."""
        return self.resolution if self.first_reply.state == "done" else self.first_reply


def due_of(ticket: Ticket, *, events: Sequence[Event], now: datetime | None = None) -> Due:
    now = now or timezone.now()
    hours = hours_of(ticket.region)
    return Due(
        hours=hours.label,
        first_reply=_first_reply(ticket, hours, now),
        resolution=_resolution(ticket, hours, now),
        turns=turns(ticket, events=events, hours=hours, now=now),
    )


def turns(ticket: Ticket, *, events: Sequence[Event], hours: Hours, now: datetime) -> list[Share]:
    """Business time by whose turn it was, from the changes of status."""
    spent = {"ours": timedelta(), "internal": timedelta(), "partner": timedelta()}
    moves = [(event.created, str(event.after["status"])) for event in events if "status" in event.after]
    since, whose = ticket.created, "ours"
    for moment, status in [*moves, (ticket.solved or now, "")]:
        if whose and moment > since:
            spent[whose] += calendar.between(since, moment, hours)
        since, whose = moment, _TURN.get(status, "")
    total = sum(spent.values(), timedelta()) or timedelta(seconds=1)
    said = {"ours": _("Ours %(span)s"), "internal": _("Internal %(span)s"), "partner": _("Partner %(span)s")}
    shares, start = [], 0.0
    for name in ("ours", "internal", "partner"):
        width = round(100 * (spent[name] / total), 1)
        words = said[name] % {"span": times.span(spent[name], working_day=_seconds(hours))}
        shares.append(Share(name=name, words=words, start=round(start, 1), width=width))
        start += width
    return shares


def _first_reply(ticket: Ticket, hours: Hours, now: datetime) -> Clock:
    if ticket.first_replied:
        taken = times.span(calendar.between(ticket.created, ticket.first_replied, hours), working_day=_seconds(hours))
        return Clock(state="done", value=taken, at=ticket.first_replied, words=_("First reply, sent"), share=1)
    at = ticket.first_reply_due
    if at is None or not ticket.is_active:
        words = _("First reply, once it is taken") if ticket.is_active else _("First reply")
        return Clock(state="off", value=_("None"), at=at, words=words)
    return _running(ticket, at, hours, now, words=_("First reply, by %(at)s") % {"at": times.point(at, now=now)})


def _resolution(ticket: Ticket, hours: Hours, now: datetime) -> Clock:
    words = _("Resolution, %(target)s") % {"target": target_words(kinds.kind_of(ticket.kind).resolution)}
    if ticket.solved:
        taken = times.span(calendar.between(ticket.created, ticket.solved, hours), working_day=_seconds(hours))
        return Clock(state="done", value=taken, at=ticket.solved, words=_("Resolution, done"), share=1)
    at = ticket.resolution_due
    if at is None or not ticket.is_active:
        return Clock(state="off", value=_("None"), at=at, words=words)
    return _running(ticket, at, hours, now, words=words)


def _running(ticket: Ticket, at: datetime, hours: Hours, now: datetime, *, words: str) -> Clock:
    moment = ticket.paused_since or now
    left = calendar.between(moment, at, hours) if at > moment else -calendar.between(at, moment, hours)
    if ticket.is_paused:
        value = times.span(left, working_day=_seconds(hours))
        return Clock(
            state="paused", value=value, at=at, words=_("%(clock)s, paused") % {"clock": words.partition(",")[0]}
        )
    whole = calendar.between(ticket.created, at, hours) or timedelta(seconds=1)
    state: State = "over" if left < timedelta() or at <= now else "soon" if left <= SOON else "rest"
    value = times.due(left, at, now=now, working_day=_seconds(hours))
    return Clock(state=state, value=value, at=at, words=words, share=max(0.0, min(1.0, 1 - left / whole)))


def target_words(target: Target) -> str:
    """“3 business days”, “6 business hours”."""
    if target.days:
        return ngettext("%(count)d business day", "%(count)d business days", target.days) % {"count": target.days}
    return ngettext("%(count)d business hour", "%(count)d business hours", target.hours) % {"count": target.hours}


def _seconds(hours: Hours) -> int:
    return int(hours.day.total_seconds())


_TURN: dict[str, str] = {
    Status.NEW: "ours",
    Status.OPEN: "ours",
    Status.PENDING_INTERNAL: "internal",
    Status.PENDING_PARTNER: "partner",
    Status.ON_HOLD: "partner",
}
