"""The terms as a page shows them, track by track: what holds today, what comes, what was, who changed it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from journal.models import Event
from nfr.models import Terms

MOST_EVENTS = 100


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A track; empty for every other one."""

    track: str
    now: list[Terms] = field(default_factory=list)
    coming: list[Terms] = field(default_factory=list)
    past: list[Terms] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


def tracks(on: date) -> list[Shown]:
    """Two queries."""
    rows = list(Terms.objects.order_by("track", "-valid_from", "-id"))
    found: dict[str, Shown] = {}
    for row in rows:
        shown = found.setdefault(row.track, Shown(track=row.track))
        _place(shown, row, on).append(row)
    track_of = {row.pk: row.track for row in rows}
    about = Event.objects.filter(subject_type=Terms._meta.label_lower, subject_id__in=track_of)  # noqa: SLF001 - as the journal writes it
    for event in about.order_by("-id")[:MOST_EVENTS]:
        found[track_of[event.subject_id]].events.append(event)
    return sorted(found.values(), key=lambda one: (not one.track, one.track.casefold()))


def _place(shown: Shown, row: Terms, on: date) -> list[Terms]:
    if row.valid_until is not None and (row.valid_until <= on or row.valid_until <= row.valid_from):
        return shown.past
    return shown.coming if row.valid_from > on else shown.now
