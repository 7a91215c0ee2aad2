"""Windows in words, for pages and mails: in the zone they were chosen in."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from journal.models import Event
from journal.record import events_of
from mail import mailboxes, queueing
from mail.away import texts, windows
from mail.models import AwayWindow, Mailbox
from people.models import Holiday

MOMENTS = frozenset({"starts", "ends", "cancelled"})


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A window with the words a page needs."""

    window: AwayWindow
    now: datetime

    @property
    def state(self) -> str:
        return windows.state_of(self.window, self.now)

    @property
    def state_words(self) -> str:
        return {"on": _("On"), "coming": _("Coming"), "over": _("Over"), "off": _("Called off")}[self.state]

    @property
    def tone(self) -> str:
        return {"on": "green", "coming": "accent"}.get(self.state, "")

    @property
    def span(self) -> str:
        ends = windows.ended(self.window) if self.state == "over" else self.window.ends
        return span_of(self.window.starts, ends, self.window.time_zone)

    @property
    def place(self) -> str:
        return where(self.window.mailbox)

    @property
    def reminded(self) -> str:
        return str(self.window.remind or self.window.set_by)

    @property
    def may_change(self) -> bool:
        return self.state in {"on", "coming"}

    @property
    def group_waits(self) -> bool:
        """It is over, and the Google Group may still be answering."""
        began = windows.ran(self.window) or self.window.group_switched_on
        return self.state in {"over", "off"} and began and not self.window.group_switched_off

    @property
    def same(self) -> bool:
        return self.window.text_inside == self.window.text_outside

    @property
    def outside(self) -> Preview:
        return Preview(text=self.window.text_outside, mailbox=self.window.mailbox)

    @property
    def inside(self) -> Preview:
        return Preview(text=self.window.text_inside, mailbox=self.window.mailbox)

    @property
    def clocks_run(self) -> bool:
        """A Family and Friends Day that no calendar knows: deadlines count it as a working day."""
        if self.window.occasion != AwayWindow.Occasion.FAMILY_AND_FRIENDS or not self.may_change:
            return False
        zone = zoneinfo.ZoneInfo(self.window.time_zone)
        days = texts.days_of(self.window.starts.astimezone(zone), self.window.ends.astimezone(zone))
        return not Holiday.objects.filter(calendar=None, day__range=(days.first, days.last)).exists()

    def history(self) -> Iterator[Happened]:
        for event in events_of(self.window):
            yield Happened(event=event, zone=self.window.time_zone)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One text as the mail shows it."""

    text: str
    mailbox: Mailbox | None = None

    @property
    def html(self) -> str:
        return texts.as_html(self.text)

    @property
    def plain(self) -> str:
        return texts.as_text(self.text)

    @property
    def sender(self) -> str:
        """Who the mail says it is from; a window for every mailbox shows the default one."""
        pk = self.mailbox.pk if self.mailbox else None
        name, address = queueing.sender(mailboxes.to_send_from(pk))
        return f"{name} <{address}>" if name else address

    @property
    def subject(self) -> str:
        return texts.subject("PHD-1042")


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One event in words: who, what, and each field before → after."""

    event: Event
    zone: str

    @property
    def words(self) -> str:
        return {
            "out of office set": _("set it"),
            "out of office changed": _("changed it"),
            "out of office ended": _("ended it early"),
            "out of office called off": _("called it off"),
            "out of office resumed": _("took the end back"),
            "out of office in the group": _("kept the check marks of the Google Group"),
        }.get(self.event.verb, self.event.verb)

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """Label, before, after; nothing for the first event, whose values stand on the page."""
        if not self.event.before:
            return []
        return [
            (label_of(name), self._value(name, self.event.before), self._value(name, self.event.after))
            for name in self.event.after
            if name != "cancelled"
        ]

    def _value(self, name: str, values: Mapping[str, Any]) -> str:
        value = values.get(name)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if name in MOMENTS and value:
            return point(datetime.fromisoformat(value), self.zone)
        if name == "occasion" and value:
            return str(AwayWindow.Occasion(value).label)
        return str(value or "") or {"mailbox": _("every mailbox"), "remind": _("whoever set it")}.get(name, "")


def shown(window: AwayWindow) -> Shown:
    return Shown(window=window, now=timezone.now())


def span_of(starts: datetime, ends: datetime, zone: str) -> str:
    """Says "Fri 18 Nov 2022, 00:00 to 23:59", or both days where they differ."""
    place = zoneinfo.ZoneInfo(zone)
    first, last = starts.astimezone(place), ends.astimezone(place)
    same_day = first.date() == last.date() and first.utcoffset() == last.utcoffset()
    end = date_format(last, "H:i") if same_day else point(ends, zone)
    return _("%(start)s to %(end)s") % {"start": point(starts, zone), "end": end}


def point(moment: datetime, zone: str) -> str:
    return date_format(moment.astimezone(zoneinfo.ZoneInfo(zone)), "D j M Y, H:i")


def where(mailbox: Mailbox | None) -> str:
    return str(mailbox.address if mailbox else _("Every mailbox"))


def label_of(name: str) -> str:
    label = str(AwayWindow._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001
    return label[:1].upper() + label[1:]
