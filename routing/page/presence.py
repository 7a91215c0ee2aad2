"""Whether somebody can be reached now: the clock of their region, and who stands in while they are away."""

from __future__ import annotations

import zoneinfo
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people import calendar
from people.models import Absence, ChannelManager


@dataclass(frozen=True, kw_only=True)
class Presence:
    """“09:10, at work until 17:00”; `stand_in` only while they are away."""

    local: datetime
    words: str
    region: str
    zone: str
    away: bool = False
    stand_in: ChannelManager | None = None

    @property
    def local_time(self) -> str:
        return f"{self.local:%H:%M}"


def of(managers: Collection[ChannelManager], *, now: datetime | None = None) -> dict[int, Presence]:
    """By id of the manager; one statement for all of them."""
    moment = now or timezone.now()
    away = _absences(managers, on=timezone.localdate(moment))
    return {one.pk: _of(one, moment, away.get(one.pk)) for one in managers}


def _absences(managers: Collection[ChannelManager], *, on: date) -> dict[int, Absence]:
    found = Absence.objects.select_related("stand_in").filter(
        Q(last_day=None) | Q(last_day__gte=on), manager__in=managers, first_day__lte=on
    )
    return {one.manager_id: one for one in found if one.manager_id is not None}


def _of(manager: ChannelManager, now: datetime, absence: Absence | None) -> Presence:
    hours = calendar.hours_of(manager.region)
    local = now.astimezone(zoneinfo.ZoneInfo(hours.zone))
    return Presence(
        local=local,
        words=_away(absence) if absence else _at_work(hours, now),
        region=manager.region,
        zone=hours.zone,
        away=absence is not None,
        stand_in=absence.stand_in if absence else None,
    )


def _away(absence: Absence) -> str:
    if absence.last_day is None:
        return _("away until further notice")
    return _("away until %(day)s") % {"day": date_format(absence.last_day, "j M")}


def _at_work(hours: calendar.Hours, now: datetime) -> str:
    zone = zoneinfo.ZoneInfo(hours.zone)
    span = next(iter(hours.spans(now)), None)
    if span is None:
        return ""
    opens, closes = (moment.astimezone(zone) for moment in span)
    if opens <= now:
        return _("at work until %(time)s") % {"time": date_format(closes, "H:i")}
    today = opens.date() == now.astimezone(zone).date()
    return _("at work from %(time)s") % {"time": date_format(opens, "H:i" if today else "D H:i")}
