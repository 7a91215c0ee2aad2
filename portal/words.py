"""Times and promises as a partner reads them."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from people import calendar
from tickets.kinds import Kind, Notice
from tickets.models import Resource


def first_answer(kind: Kind, region: str = "") -> datetime:
    """When a request sent now gets its first answer at the latest."""
    return calendar.add(timezone.now(), kind.first_reply, calendar.hours_of(region))


def seller_page(notice: Notice) -> Resource | None:
    """The page for those who really handle it, while partners may read it and it has an address."""
    shown = Resource.objects.filter(slug=notice.resource, audience=Resource.Audience.PARTNER).exclude(address="")
    return shown.first() if notice.resource else None


def by_when(moment: datetime, *, now: datetime | None = None) -> str:
    """Says "today by 15:30", "tomorrow by 10:15", "by Thu 24 Nov"; the zone where it is nobody's own."""
    local, today = timezone.localtime(moment), timezone.localtime(now)
    days = (local.date() - today.date()).days
    clock = date_format(local, "H:i") + _zone()
    if days == 0:
        return _("today by %(clock)s") % {"clock": clock}
    if days == 1:
        return _("tomorrow by %(clock)s") % {"clock": clock}
    return _("by %(day)s") % {"day": date_format(local, "D j M" if local.year == today.year else "j M Y")}


def said_when(moment: datetime, *, now: datetime | None = None) -> str:
    """Inside a sentence: "today 08:30", "on 17 Nov"."""
    local, today = timezone.localtime(moment), timezone.localtime(now)
    if local.date() == today.date():
        return _("today %(clock)s") % {"clock": date_format(local, "H:i")}
    return _("on %(day)s") % {"day": date_format(local, "j M" if local.year == today.year else "j M Y")}


def _zone() -> str:
    """Whoever has told no zone of their own reads UTC, and is told so."""
    return " UTC" if timezone.get_current_timezone().utcoffset(datetime.now(UTC)) == UTC.utcoffset(None) else ""
