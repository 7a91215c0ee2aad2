"""Marks with a meaning: the status of a ticket, the elapsed share of a clock."""

from __future__ import annotations

from functools import cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from web.icons import icon

STATUS_WORDS = {
    "new": _("New"),
    "open": _("In progress"),
    "pending_partner": _("Pending partner"),
    "pending_internal": _("Pending internal"),
    "on_hold": _("On hold"),
    "solved": _("Resolved"),
    "closed": _("Closed"),
    "merged": _("Merged"),
    "redirected": _("Redirected"),
    "spam": _("Spam"),
}

_RING = '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.75"/>'
_DISC = '<circle cx="8" cy="8" r="6.9" fill="currentColor"/>'
_TICK = (
    '<path class="glyph-cut" d="m5.2 8.2 2 2 3.7-4.1" fill="none" stroke-width="1.75"'
    ' stroke-linecap="round" stroke-linejoin="round"/>'
)


def _lines(path: str) -> str:
    return (
        f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1.5"'
        ' stroke-linecap="round" stroke-linejoin="round"/>'
    )


_SHAPES = {
    "new": _RING.replace("/>", ' stroke-dasharray="2.2 1.57"/>'),
    "open": _RING + '<path d="M8 4.3a3.7 3.7 0 0 1 0 7.4z" fill="currentColor"/>',
    "pending_partner": _RING + _lines("M10.6 8H5.6M7.4 6 5.4 8l2 2"),
    "pending_internal": _RING + _lines("M5.4 8h5M8.6 6l2 2-2 2"),
    "on_hold": _RING + _lines("M6.6 6v4M9.4 6v4"),
    "solved": _DISC + _TICK,
    "closed": _DISC + _TICK,
    "merged": _RING + _lines("M8 10.6V7.6M8 7.6 5.8 5.4M8 7.6l2.2-2.2"),
    "redirected": _RING + _lines("M5.6 9.8c0-2 1-3 3-3h2M9 5.2l1.8 1.6L9 8.4"),
    "spam": _RING + _lines("m4.2 4.2 7.6 7.6"),
}


def status_glyph(status: str, *, label: bool = True, size: int = 16) -> SafeString:
    """The shape of a status; it names itself unless the word stands beside it (`label=False`)."""
    return _status_glyph(status, str(STATUS_WORDS.get(status, status)) if label else "", size)


@cache
def _status_glyph(status: str, words: str, size: int) -> SafeString:
    name = f'role="img" aria-label="{escape(words)}"' if words else 'aria-hidden="true"'
    title = f"<title>{escape(words)}</title>" if words else ""
    return mark_safe(  # noqa: S308 - words are escaped above, shapes are ours
        f'<svg class="glyph glyph-{escape(status)}" width="{size}" height="{size}" viewBox="0 0 16 16" {name}>'
        f"{title}{_SHAPES.get(status, _RING)}</svg>"
    )


def sla_ring(share: float, state: str = "rest", *, size: int = 15) -> SafeString:
    """The elapsed share as a ring; an overdue clock is an alert, a paused one a pause sign, a met one a tick."""
    if state == "over":
        return icon("circle-alert", size=size, stroke=2)
    if state == "paused":
        return icon("circle-pause", size=size)
    if state == "done":
        return icon("circle-check", size=size)
    return _ring(min(100, max(0, round(share * 100))), size)


@cache
def _ring(percent: int, size: int) -> SafeString:
    arc = (
        '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" pathLength="100"'
        f' stroke-dasharray="{percent} 100" transform="rotate(-90 8 8)"/>'
    )
    return mark_safe(  # noqa: S308 - numbers only
        f'<svg class="ring" width="{size}" height="{size}" viewBox="0 0 16 16" aria-hidden="true">'
        '<circle class="ring-track" cx="8" cy="8" r="6" fill="none" stroke-width="2"/>'
        f"{arc if percent else ''}</svg>"
    )
