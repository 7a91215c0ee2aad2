"""Which countries belong together, where a state is divided, and in which order partners are looked for.

These have no dates: a change takes effect at once, and the journal keeps what was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from journal.record import actor_of, events_of, record
from people.models import User
from routing import forgetting
from routing.dating import Refused
from routing.models import CountryGroup, PrecedenceStep, SubdivisionPart

Area = TypeVar("Area", CountryGroup, SubdivisionPart)
GROUP_FIELDS: Final = ("key", "name", "geo", "codes", "catch_all", "settled")
PART_FIELDS: Final = ("place", "slug", "name", "postal", "assumption", "note")
STEP: Final = 10
LONGEST_POSTAL: Final = 10
Postal = Sequence[Sequence[str]]


def keep(area: Area, values: Mapping[str, Any], *, by: User, why: str, seen: int = 0) -> Area:
    """Adds it, or changes it; only what differs is written and told."""
    _leads(by)
    with transaction.atomic():
        row = area if area.pk is None else _locked(area, seen)
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not changed:
            return row
        verb = "area added" if row.pk is None else "area changed"
        before = {} if row.pk is None else {name: getattr(row, name) for name in changed}
        for name, value in changed.items():
            setattr(row, name, value)
        row.save()
        record(row, verb, by=actor_of(by), before=before, after=changed, why=why)
        forgetting.forget()
    return row


def move(step: PrecedenceStep, *, up: bool, by: User) -> list[PrecedenceStep]:
    """One place earlier or later; answers the whole order."""
    _leads(by)
    with transaction.atomic():
        steps = list(PrecedenceStep.objects.select_for_update().order_by("position", "pk"))
        before = [one.table for one in steps]
        at = before.index(step.table)
        to = min(max(at + (-1 if up else 1), 0), len(steps) - 1)
        steps.insert(to, steps.pop(at))
        if to == at:
            return steps
        for number, one in enumerate(steps, 1):
            one.position = number * STEP
        PrecedenceStep.objects.bulk_update(steps, ["position"])
        after = {"order": [one.table for one in steps]}
        record(step, "precedence changed", by=actor_of(by), before={"order": before}, after=after)
        forgetting.forget()
    return steps


def version_of(area: CountryGroup | SubdivisionPart) -> int:
    newest = events_of(area).last() if area.pk else None
    return newest.pk if newest else 0


def overlap(ours: Postal, others: Iterable[SubdivisionPart]) -> SubdivisionPart | None:
    """The part of the same state that has some of these postal codes already."""
    wanted = [_spread(low, high) for low, high in ours]
    for other in others:
        for low, high in (_spread(start, end) for start, end in other.postal):
            if any(first <= high and low <= last for first, last in wanted):
                return other
    return None


def _spread(low: str, high: str) -> tuple[str, str]:
    """The first and the last code that begin so."""
    return low.upper().ljust(LONGEST_POSTAL, "0"), high.upper().ljust(LONGEST_POSTAL, "Z")


def _locked(area: Area, seen: int) -> Area:
    row: Area = type(area)._default_manager.select_for_update().get(pk=area.pk)  # noqa: SLF001
    if version_of(row) != seen:
        raise Refused(_("Somebody changed this since you opened it. Look at what it says now."))
    return row


def _leads(by: User) -> None:
    if not by.leads:
        raise PermissionDenied(_("Only leads and administrators change the directory."))
