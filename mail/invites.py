"""Invitations to meetings (text/calendar): one sentence about each; nothing is ever accepted or put in a calendar."""

# ruff: noqa: RUF001, RUF002 - times are set with a dash between them

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mail import charsets
from mail.headers import one_line
from mail.mime import Part

LARGEST: Final = 500_000
TYPES: Final = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})
WHAT: Final = {
    "REQUEST": gettext_lazy("An invitation"),
    "CANCEL": gettext_lazy("A meeting is cancelled"),
    "REPLY": gettext_lazy("An answer to an invitation"),
    "COUNTER": gettext_lazy("Another time is proposed for a meeting"),
}
ANSWERS: Final = {
    "ACCEPTED": gettext_lazy("An invitation is accepted"),
    "DECLINED": gettext_lazy("An invitation is declined"),
    "TENTATIVE": gettext_lazy("An invitation is accepted tentatively"),
}


def is_invite(part: Part) -> bool:
    return part.content_type in TYPES or part.name.lower().endswith(".ics")


def sentence(part: Part) -> str:
    """“An invitation: Review, Tue 22 Nov 2022 14:00–15:00 (Europe/Berlin), from Ana”; empty where nothing is said."""
    from icalendar import Calendar  # noqa: PLC0415 - only the cage needs it, and only for these mails

    try:
        calendar = Calendar.from_ical(
            charsets.decode(part.payload()[:LARGEST], part.kind.parameters.get("charset", ""))
        )
        event = next(iter(calendar.walk("VEVENT")), None)
        if event is None:
            return ""
        method = str(calendar.get("METHOD") or part.kind.parameters.get("method", "")).upper()
        return about(event, method)
    except Exception:  # noqa: BLE001 - whatever a stranger's calendar makes of a library: the file is there
        return _("A calendar file that could not be read.")


def about(event: Any, method: str) -> str:
    organiser = who(event.get("ORGANIZER"))
    pieces = [short(event.get("SUMMARY")) or _("(no title)"), when(event)]
    if event.get("RRULE"):
        pieces.append(_("repeated"))
    if place := short(event.get("LOCATION")):
        pieces.append(place)
    if organiser and method != "REPLY":
        pieces.append(_("from %s") % organiser)
    return f"{what(event, method)}: {', '.join(piece for piece in pieces if piece)}"


def what(event: Any, method: str) -> str:
    attendees = event.get("ATTENDEE")
    if method == "REPLY" and attendees is not None and not isinstance(attendees, list):
        answer = str(attendees.params.get("PARTSTAT", "")).upper()
        return str(ANSWERS.get(answer, WHAT["REPLY"]))
    return str(WHAT.get(method) or _("An appointment"))


def when(event: Any) -> str:
    start, end = moment(event, "DTSTART"), moment(event, "DTEND")
    if start is None:
        return ""
    if not isinstance(start, datetime):
        last = end.toordinal() - 1 if end is not None and not isinstance(end, datetime) else start.toordinal()
        return day(start) if last <= start.toordinal() else f"{day(start)} – {day(date.fromordinal(last))}"
    zone = zone_of(event, start)
    if not isinstance(end, datetime):
        return f"{day(start)} {start:%H:%M}{zone}"
    if start.tzinfo is not None and end.tzinfo is not None:
        end = end.astimezone(start.tzinfo)
    same_day = start.date() == end.date()
    return (
        f"{day(start)} {start:%H:%M}–{end:%H:%M}{zone}"
        if same_day
        else (f"{day(start)} {start:%H:%M} – {day(end)} {end:%H:%M}{zone}")
    )


def moment(event: Any, name: str) -> date | datetime | None:
    value = told(event, name)
    if value is None and name == "DTEND" and (length := told(event, "DURATION")) is not None:
        start = moment(event, "DTSTART")
        return start + length if start is not None else None
    return value if isinstance(value, date) else None


def told(event: Any, name: str) -> Any:
    """The value of a property, if it is one: a broken one raises only when it is asked."""
    try:
        return event.get(name).dt
    except (AttributeError, ValueError):
        return None


def zone_of(event: Any, start: datetime) -> str:
    if start.tzinfo is None:
        return ""
    named = getattr(start.tzinfo, "key", "") or event["DTSTART"].params.get("TZID") or start.tzname()
    return f" ({short(named)})"


def day(value: date) -> str:
    return f"{value:%a} {value.day} {value:%b %Y}"


def who(value: Any) -> str:
    if value is None or isinstance(value, list):
        return ""
    address = short(value)
    address = address[7:] if address.lower().startswith("mailto:") else address
    name = short(value.params.get("CN"))
    return f"{name} <{address}>" if name and name != address else address


def short(value: Any) -> str:
    return one_line(str(value or ""))[:200]
