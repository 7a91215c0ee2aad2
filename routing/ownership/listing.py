"""The history of changes of owners: newest first, narrowed by state and kind, from any place on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import F
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from routing.models import OwnershipChange
from web import keyset
from web.keyset import Key, Order

SIZE: Final = 50
NEWEST: Final[Order[OwnershipChange]] = Order(
    keys=(Key(expression=F("id"), of=lambda row: row.pk, type="number"),), descending=True
)
FILTERS: Final[Mapping[str, tuple[str | Promise, list[tuple[str, str | Promise]]]]] = {
    "state": (_("State"), list(OwnershipChange.State.choices)),
    "kind": (_("Kind"), list(OwnershipChange.Kind.choices)),
}
TONES: Final[Mapping[str, str]] = {
    "preview": "outline",
    "ready": "amber",
    "running": "accent",
    "paused": "amber",
    "done": "green",
    "partly": "red",
}
ICONS: Final[Mapping[str, str]] = {
    "preview": "pencil",
    "ready": "user-check",
    "running": "refresh-cw",
    "paused": "circle-pause",
    "done": "check",
    "partly": "circle-alert",
    "dropped": "minus",
}


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One filter with its options as links."""

    name: str
    label: str | Promise
    value: str | Promise  # what is chosen, in words
    clear: str
    options: list[tuple[str, str | Promise, bool]]  # address, words, chosen


@dataclass(frozen=True, kw_only=True)
class Line:
    change: OwnershipChange
    tone: str
    icon: str
    accounts: int
    done: int
    trouble: int


@dataclass(frozen=True, kw_only=True)
class Listing:
    lines: list[Line]
    chips: list[Chip]
    narrowed: bool
    next: str
    previous: str


def read(asked: Mapping[str, str]) -> Listing:
    chosen = {name: value for name in FILTERS if (value := asked.get(name, "")) in dict(FILTERS[name][1])}
    way: keyset.Way = "before" if asked.get("before") else "after"
    start = NEWEST.read(asked.get(way, ""))
    rows = OwnershipChange.objects.select_related("approved_by", "asked_by", "ticket").filter(**chosen)
    rows = rows.order_by(*NEWEST.by(backwards=start is not None and way == "before"))
    if start is not None:
        rows = rows.filter(NEWEST.beyond(start, way=way))
    found = keyset.page_of(
        NEWEST,
        list(rows[: SIZE + 1]),
        size=SIZE,
        way=way if start is not None else "after",
        started=start is not None,
    )
    return Listing(
        lines=[line(change) for change in found.rows],
        chips=[_chip(name, chosen) for name in FILTERS],
        narrowed=bool(chosen),
        next=address({**chosen, "after": found.next}) if found.next else "",
        previous=address({**chosen, "before": found.previous}) if found.previous else "",
    )


def line(change: OwnershipChange) -> Line:
    counts = change.counts
    return Line(
        change=change,
        tone=TONES.get(change.state, ""),
        icon=ICONS[change.state],
        accounts=sum(counts.values()),
        done=counts.get("done", 0),
        trouble=counts.get("refused", 0) + counts.get("rejected", 0),
    )


def address(asked: Mapping[str, str]) -> str:
    query = urlencode(asked)
    return reverse("ownership:list") + (f"?{query}" if query else "")


def _chip(name: str, chosen: Mapping[str, str]) -> Chip:
    label, choices = FILTERS[name]
    others = {key: value for key, value in chosen.items() if key != name}
    options = [(address({**others, name: value}), words, chosen.get(name) == value) for value, words in choices]
    value = dict(choices).get(chosen.get(name, ""), "")
    return Chip(name=name, label=label, value=value, clear=address(others), options=options)
