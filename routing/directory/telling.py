"""Events of the directory in words: who, what, before and after, why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.models import Event
from people.models import Team

MOST: Final = 50
VERBS: Final = {
    "rule added": gettext_lazy("added it"),
    "rule changed": gettext_lazy("changed it"),
    "rule corrected": gettext_lazy("corrected it"),
    "rule ended": gettext_lazy("ended it"),
    "rule taken back": gettext_lazy("took back what was set for later"),
    "person added": gettext_lazy("added them"),
    "person changed": gettext_lazy("changed"),
    "person linked": gettext_lazy("found their user"),
    "absence set": gettext_lazy("set an absence"),
    "absence changed": gettext_lazy("changed an absence"),
    "absence called off": gettext_lazy("called an absence off"),
    "area added": gettext_lazy("added it"),
    "area changed": gettext_lazy("changed it"),
    "precedence changed": gettext_lazy("changed the order"),
}
LABELS: Final = {
    "manager": gettext_lazy("Channel manager"),
    "result": gettext_lazy("As written"),
    "area": gettext_lazy("Area"),
    "remark": gettext_lazy("Remark"),
    "from": gettext_lazy("From"),
    "to": gettext_lazy("Until"),
    "name": gettext_lazy("Name"),
    "team": gettext_lazy("Team"),
    "region": gettext_lazy("Region"),
    "user": gettext_lazy("Signs in as"),
    "salesforce_id": gettext_lazy("User in Salesforce"),
    "salesforce_email": gettext_lazy("Address in Salesforce"),
    "active": gettext_lazy("Works for us"),
    "left": gettext_lazy("Last day"),
    "days": gettext_lazy("Days"),
    "stand_in": gettext_lazy("Stands in"),
    "note": gettext_lazy("Note"),
    "codes": gettext_lazy("Countries"),
    "geo": gettext_lazy("Geo"),
    "catch_all": gettext_lazy("What nothing else names"),
    "settled": gettext_lazy("Beyond doubt"),
    "postal": gettext_lazy("Postal codes"),
    "assumption": gettext_lazy("Our assumption"),
    "order": gettext_lazy("Order"),
}  # what is not here is not told: numbers of rows, keys
NOTHING: Final = "\N{EN DASH}"


@dataclass(frozen=True, kw_only=True)
class Told:
    event: Event
    words: str
    changes: Sequence[tuple[str, str, str]]  # label, before, after


def about(rows: Iterable[models.Model]) -> list[Told]:
    """What happened to any of these rows, all of one kind; the newest first."""
    rows = list(rows)
    if not rows:
        return []
    label = rows[0]._meta.label_lower  # noqa: SLF001
    found = Event.objects.filter(subject_type=label, subject_id__in=[row.pk for row in rows])
    return [told(event) for event in found.order_by("-id")[:MOST]]


def told(event: Event) -> Told:
    names = [name for name in LABELS if name in event.before or name in event.after]
    pairs = [
        (str(LABELS[name]), words(name, event.before.get(name)), words(name, event.after.get(name))) for name in names
    ]
    return Told(
        event=event,
        words=str(VERBS.get(event.verb, event.verb)),
        changes=[pair for pair in pairs if pair[1] != pair[2]],
    )


def words(name: str, value: Any) -> str:
    """A value of an event as people read it."""
    if value in (None, "", []):
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _WORDS[name](value) if name in _WORDS else str(value)


def _day(value: Any) -> str:
    try:
        return date_format(date.fromisoformat(str(value)), "j M Y")
    except ValueError:
        return str(value)


def _ranges(value: Any) -> str:
    return ", ".join(f"{low} \N{EN DASH} {high}" for low, high in value)


_WORDS: Final[dict[str, Callable[[Any], str]]] = {
    "from": _day,
    "to": _day,
    "left": _day,
    "team": lambda value: str(dict(Team.choices).get(value, value)),
    "codes": ", ".join,
    "order": ", ".join,
    "postal": _ranges,
}
