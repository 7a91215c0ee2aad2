"""The requirements as a page shows them: what holds today, what comes, what was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise

from journal.models import Event
from partners.gates import GATES
from partners.models import Gate

MOST_EVENTS = 200


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A gate with its rows by their time, and who changed what."""

    slug: str
    title: str | Promise
    now: list[Gate] = field(default_factory=list)
    coming: list[Gate] = field(default_factory=list)
    past: list[Gate] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


def gates_shown(on: date) -> list[Shown]:
    """Every gate, also one that has no requirement yet; two queries."""
    rows = list(Gate.objects.order_by("gate", "position", "-valid_from", "-id"))
    titles: dict[str, str | Promise] = {**GATES}
    titles |= {row.gate: row.gate for row in rows if row.gate not in titles}
    found = {slug: Shown(slug=slug, title=title) for slug, title in titles.items()}
    for row in rows:
        _place(found[row.gate], row, on).append(row)
    _tell(found, rows)
    return list(found.values())


def _place(shown: Shown, row: Gate, on: date) -> list[Gate]:
    if row.valid_until is not None and (row.valid_until <= on or row.valid_until <= row.valid_from):
        return shown.past
    return shown.coming if row.valid_from > on else shown.now


def _tell(found: dict[str, Shown], rows: Iterable[Gate]) -> None:
    gate_of = {row.pk: row.gate for row in rows}
    about = Event.objects.filter(subject_type=Gate._meta.label_lower, subject_id__in=gate_of)  # noqa: SLF001
    for event in about.order_by("-id")[:MOST_EVENTS]:
        found[gate_of[event.subject_id]].events.append(event)
