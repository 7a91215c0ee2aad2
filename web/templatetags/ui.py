"""The marks and words of the look as template tags; thin and cheap, a queue page calls them hundreds of times."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from web import glyphs, icons, times, toasts, words
from web.fields import render_field

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from django.contrib.messages.storage.base import Message
    from django.forms import BoundField

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 16, *, stroke: int = 0) -> SafeString:
    return icons.icon(str(name), size=size, stroke=stroke)


@register.simple_tag
def status_glyph(status: str, *, label: bool = True, size: int = 16) -> SafeString:
    return glyphs.status_glyph(str(status), label=label, size=size)


@register.filter
def status_words(status: str) -> str:
    return str(glyphs.STATUS_WORDS.get(str(status), status))


@register.simple_tag
def sla_ring(share: float, state: str = "rest", *, size: int = 15) -> SafeString:
    return glyphs.sla_ring(share, state, size=size)


@register.simple_tag
def avatar(person: Any, size: int = 20, *, alone: bool = False) -> SafeString:
    """Initials of a person (anything with a `name`, or a text); `alone` when no name stands beside it."""
    if not person:
        return format_html('<span class="avatar avatar-{} avatar-nobody" aria-hidden="true"></span>', size)
    name = str(getattr(person, "name", "") or person)
    return _initials(name, str(getattr(person, "email", "") or name), size, alone)


@lru_cache(maxsize=2_000)
def _initials(name: str, toned_by: str, size: int, alone: bool) -> SafeString:
    tone = words.tone(toned_by)
    spoken = format_html('role="img" aria-label="{}"', name) if alone else format_html('aria-hidden="{}"', "true")
    return format_html(
        '<span class="avatar avatar-{} avatar-tone-{}" title="{}" {}>{}</span>',
        size, tone, name, spoken, words.initials(name),
    )  # fmt: skip


@register.simple_tag
def desk_avatar(size: int = 28) -> SafeString:
    """What the desk does by itself: "Partner Help Desk, automatic"."""
    drawn = icons.icon("bot", size=size // 2)
    return format_html('<span class="avatar avatar-{} avatar-desk" aria-hidden="true">{}</span>', size, drawn)


@register.simple_tag
def track_badge(track: str | None, *, small: bool = False) -> SafeString:
    """Nothing where nobody knows whose track it would be."""
    if track is None:
        return SafeString()
    shown = str(track or "") or _("No track")
    title = _("Track: %(track)s") % {"track": shown}
    classes = f"track track-{words.track_class(shown)}{' track-small' if small else ''}"
    return format_html('<span class="{}" title="{}">{}</span>', classes, title, shown)


@register.simple_tag
def key(name: str) -> SafeString:
    return format_html('<kbd class="key">{}</kbd>', name)


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    return _time(moment, times.ago(moment), live=True) if moment else ""


@register.filter
def when(moment: datetime | None) -> SafeString | str:
    return _time(moment, times.when(moment)) if moment else ""


@register.filter
def clock(moment: datetime | None) -> SafeString | str:
    return _time(moment, times.clock(moment)) if moment else ""


@register.filter
def exact(moment: datetime | None) -> str:
    return times.exact(moment) if moment else ""


@register.filter
def span(length: timedelta | None) -> str:
    return times.span(length) if length is not None else ""


@register.filter
def lasting(length: timedelta | None) -> str:
    return times.lasting(length) if length is not None else ""


@register.simple_tag
def due_text(left: timedelta, at: datetime) -> SafeString:
    return _time(at, times.due(left, at))


@register.filter
def due_sentence(left: timedelta) -> str:
    return times.due_sentence(left)


@register.filter
def filesize(size: int | None) -> str:
    return words.filesize(size or 0)


@register.filter
def number(value: float) -> str:
    return words.number(value)


@register.filter
def capped(value: int, most: int = 99) -> str:
    return words.capped(value, most)


@register.simple_tag
def count(value: int, one: str, many: str) -> str:
    """Says "3 tickets", "1 ticket"; the two words are looked up in the reader's language."""
    return f"{words.number(value)} {ngettext(one, many, value)}"


@register.filter
def undo_url(message: Message) -> str:
    return toasts.undo_url(message)


@register.simple_tag
def field(
    bound: BoundField,
    *,
    wide: bool = False,
    mono: bool = False,
    label: str = "",
    note: str = "",
    optional: bool = True,
) -> SafeString:
    return render_field(bound, wide=wide, mono=mono, label=label, note=note, optional=optional)


def _time(moment: datetime, shown: str, *, live: bool = False) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        moment.isoformat(timespec="seconds"),
        times.exact(moment),
        format_html(" {}", "data-ago") if live else "",
        shown,
    )
