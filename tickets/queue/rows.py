"""The rows of the queue, ready to print: every word, mark and time is made here, the template only places them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from people import calendar
from people.calendar import Hours, hours_of
from people.models import User
from tickets import kinds, sla, topics
from tickets.models import Draft, Seen, SolvedReason, Status, Ticket
from tickets.models.ticket import ACTIVE, REFERENCE_PREFIX
from web import glyphs, icons, times
from web.templatetags.ui import avatar, track_badge

COLUMNS = (
    "id", "status", "solved_reason", "kind", "topic", "priority", "subject", "preview", "last_from_us",
    "has_attachments", "last_partner_event", "region", "created", "updated", "due", "first_replied",
    "paused_since", "solved", "partner_id", "partner__name", "partner__track", "partner__area", "channel_manager__name",
    "assignee_id", "assignee__name", "assignee__email",
)  # fmt: skip
PARTNERS = "/partners/"
MINUTE = timedelta(minutes=1)
SOON = timedelta(hours=3)
FAR = timedelta(days=5)
LONG = timedelta(days=14)
WEEK = timedelta(days=7)
DAY = 24 * times.HOUR
Mark = Callable[[str], SafeString]


@dataclass(frozen=True, kw_only=True)
class Due:
    """The last column: a ring, a time, and which promise it is about."""

    css: str = ""
    ring: SafeString | str = ""
    text: SafeString | str = ""
    clock: str = ""
    group: str = "later"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One ticket as the queue prints it."""

    id: int
    reference: str
    unread: bool
    arrived: bool
    glyph: SafeString
    subject: SafeString | str
    marks: SafeString
    arrow: SafeString
    draft: bool
    preview: SafeString | str
    icon: SafeString
    kind: str
    partner: SafeString | str
    partner_url: str
    track: SafeString
    area: str
    manager: str
    assignee: str
    free: bool
    face: SafeString
    due: Due


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads, when, and how words are marked; hours are read once for each region."""

    user: User
    now: datetime
    midnight: datetime
    mark: Mark = conditional_escape
    newest: int | None = None


def reader(
    user: User, *, now: datetime | None = None, mark: Mark = conditional_escape, newest: int | None = None
) -> Reader:
    moment = now or timezone.now()
    tomorrow = timezone.localtime(moment).date() + timedelta(days=1)
    midnight = timezone.make_aware(datetime.combine(tomorrow, datetime.min.time()))
    return Reader(user=user, now=moment, midnight=midnight, mark=mark, newest=newest)


def read(tickets: QuerySet[Ticket]) -> list[Any]:
    """The columns the queue shows, in one statement."""
    return list(tickets.values_list(*COLUMNS, named=True))


def rows_for(found: Sequence[Any], to: Reader) -> list[Row]:
    """Rows as this reader sees them: unread, with their own draft, in their time zone. Two statements."""
    ids = [one.id for one in found]
    seen = dict(Seen.objects.filter(user=to.user, ticket__in=ids).values_list("ticket", "event_id"))
    drafts = dict(
        Draft.objects.filter(user=to.user, ticket__in=ids, kind=Draft.Kind.REPLY)
        .exclude(body="")
        .values_list("ticket", Left("body", 200))
    )
    once = Once()
    return [_row(one, to, seen=seen.get(one.id, 0), draft=drafts.get(one.id, ""), once=once) for one in found]


class Once:
    """What many rows share is made once for a page, in the reader's language."""

    def __init__(self) -> None:
        self.hours = cache(hours_of)
        self.kind = cache(_kind)
        self.glyph = cache(glyphs.status_glyph)
        self.track = cache(_track)
        self.marks = cache(_marks)
        self.arrow = cache(_arrow)
        self.face = cache(_face)


def _row(one: Any, to: Reader, *, seen: int, draft: str, once: Once) -> Row:
    mark, kind = once.kind(one.kind, one.topic)
    redirected = one.status == Status.SOLVED and one.solved_reason == SolvedReason.REDIRECTED
    return Row(
        id=one.id,
        reference=f"{REFERENCE_PREFIX}{one.id}",
        unread=one.last_partner_event > seen,
        arrived=to.newest is not None and one.id > to.newest,
        glyph=once.glyph("redirected" if redirected else one.status),
        subject=to.mark(one.subject),
        marks=once.marks(one.priority, files=one.has_attachments),
        arrow=once.arrow() if one.last_from_us and not draft else SafeString(""),
        draft=bool(draft),
        preview=to.mark(" ".join((draft or one.preview).split())),
        icon=mark,
        kind=kind,
        partner=to.mark(one.partner__name or ""),
        partner_url=f"{PARTNERS}{one.partner_id}/" if one.partner_id else "",
        track=once.track(one.partner__track) if one.partner__name else SafeString(""),
        area=one.partner__area or one.region,
        manager=one.channel_manager__name or "",
        assignee=(one.assignee__name or one.assignee__email or "").split(" ")[0],
        free=one.assignee_id is None and one.status in ACTIVE,
        face=once.face(one.assignee__name or "", one.assignee__email) if one.assignee_id else SafeString(""),
        due=due_of(one, to, once.hours(one.region)),
    )


def due_of(one: Any, to: Reader, hours: Hours) -> Due:
    """What is promised for a ticket, seen from now."""
    if one.paused_since is not None:
        return _paused(one, to.now)
    if one.due is None:
        return _ended(one, to.now)
    left = business_time_left(one.due, now=to.now, hours=hours)
    state = "over" if left < timedelta() else "soon" if left <= SOON else "rest"
    return Due(
        css={"over": "due-over", "soon": "due-soon"}.get(state, ""),
        ring=glyphs.sla_ring(sla.share_elapsed(one, now=to.now), state),
        text=_time(one.due, _said(one.due, left, to, hours)),
        clock=_("resolution") if one.first_replied else _("first reply"),
        group="overdue" if one.due < to.now else "today" if one.due < to.midnight else "later",
    )


def business_time_left(due: datetime, *, now: datetime, hours: Hours) -> timedelta:
    """Business time until `due`, negative after it; whole weeks long past are taken as ordinary ones."""
    if due > now:
        return calendar.between(now, due, hours) if due - now < FAR else hours.day * FAR.days
    weeks = (now - due) // WEEK if now - due > LONG else 0
    past = calendar.between(due + WEEK * weeks, now, hours) + hours.day * len(hours.weekdays) * weeks
    return -max(past, timedelta(microseconds=1))


def _said(due: datetime, left: timedelta, to: Reader, hours: Hours) -> str:
    """Business time left or over; a day and a time for what is not due today."""
    if due >= to.midnight and left > SOON:
        return times.when(due, now=to.now)
    if abs(left) < MINUTE:
        return _("Due now")
    return times.due(left, due, now=to.now, working_day=int(hours.day.total_seconds()))


def _ended(one: Any, now: datetime) -> Due:
    if one.solved is None:
        return Due(css="due-paused", text=SafeString(_("Not promised")) if one.status in ACTIVE else SafeString(""))
    return Due(
        css="due-paused",
        ring=glyphs.sla_ring(1, "done"),
        text=_time(one.solved, times.when(one.solved, now=now)),
        clock=_("resolved"),
    )


def _paused(one: Any, now: datetime) -> Due:
    length = now - one.paused_since
    said = _("Paused %(span)s") % {"span": times.span(length, working_day=DAY)} if length >= MINUTE else _("Paused")
    return Due(
        css="due-paused",
        ring=glyphs.sla_ring(0, "paused"),
        text=_time(one.paused_since, said),
        clock=_("with partner") if one.status == Status.PENDING_PARTNER else _("on hold"),
        group="paused",
    )


def _kind(slug: str, topic_slug: str) -> tuple[SafeString, str]:
    """The icon and the short word; a general request is shown by its topic."""
    shown = (topics.topic_of(topic_slug) if topic_slug else None) or kinds.kind_of(slug)
    return icons.icon(shown.icon, size=14), str(shown.short)


def _track(track: str | None) -> SafeString:
    return track_badge(track or "", small=True)


def _marks(priority: str, *, files: bool) -> SafeString:
    found = [_urgent(priority)] if priority in {"urgent", "high"} else []
    return SafeString("".join([*found, _clip()] if files else found))


def _urgent(priority: str) -> SafeString:
    label, tone = (_("Urgent"), "red") if priority == "urgent" else (_("High priority"), "amber")
    drawn = icons.icon("chevrons-up" if priority == "urgent" else "chevron-up", size=14)
    return format_html('<span class="{}" title="{}">{}<span class="hidden">{}</span></span>', tone, label, drawn, label)


def _clip() -> SafeString:
    words, drawn = _("Has files"), icons.icon("paperclip", size=14)
    return format_html('<span class="faint" title="{0}">{1}<span class="hidden">{0}</span></span>', words, drawn)


def _arrow() -> SafeString:
    return format_html('{}<span class="hidden">{}</span>', icons.icon("reply", size=12), _("We wrote last:"))


def _face(name: str, email: str) -> SafeString:
    return avatar(_Person(name or email, email), 20)


@dataclass(frozen=True)
class _Person:
    name: str
    email: str


def _time(moment: datetime, said: str) -> SafeString:
    stamp = moment.isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', stamp, times.exact(moment), said)
