"""Adding, changing and ending a requirement: what held before stays readable, and every change writes its event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.models import Event
from journal.record import actor_of, events_of, record
from partners.models import Gate
from people.models import User

FIELDS: Final = ("values", "at_least", "words", "how", "link", "source", "advisory")


class Refused(Exception):  # noqa: N818 - an answer to a person
    """Why nothing was changed: a sentence for people."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a requirement is to be, and from which day."""

    values: list[str]
    at_least: int
    words: str
    how: str
    link: str
    source: str
    advisory: bool
    since: date
    why: str = ""

    def fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in FIELDS}


def version_of(row: Gate) -> int:
    """The newest event about it: what a form was filled from."""
    newest: Event | None = events_of(row).last()
    return newest.pk if newest else 0


def new_row(gate: str, check_kind: str, wish: Wish) -> Gate:
    """Unsaved, at the end of its gate."""
    last = Gate.objects.filter(gate=gate).order_by("-position").first()
    position = (last.position if last else 0) + 10
    return Gate(gate=gate, check_kind=check_kind, position=position, valid_from=wish.since, **wish.fields())


def successor(row: Gate, wish: Wish) -> Gate:
    """Unsaved: what takes the place of `row` from the day on, for as long as `row` would have held."""
    return Gate(
        gate=row.gate,
        check_kind=row.check_kind,
        position=row.position,
        valid_from=wish.since,
        valid_until=row.valid_until,
        **wish.fields(),
    )


def add(gate: str, check_kind: str, wish: Wish, *, by: User) -> Gate:
    _check(by, wish.since)
    with transaction.atomic():
        row = new_row(gate, check_kind, wish)
        row.save()
        record(row, "requirement added", by=actor_of(by), after=_said(row), why=wish.why)
    return row


def change(row: Gate, wish: Wish, *, by: User, seen: int) -> Gate:
    """The old row ends on that day and another one takes its place; one that says the same is left as it is."""
    _check(by, wish.since)
    with transaction.atomic():
        old = _locked(row, seen)
        if wish.fields() == {name: getattr(old, name) for name in FIELDS}:
            return old
        new = successor(old, wish)
        _end(old, wish.since)
        new.save()
        changed = {name: value for name, value in wish.fields().items() if getattr(old, name) != value}
        before = {name: getattr(old, name) for name in changed}
        after = {**changed, "from": wish.since.isoformat(), "row": new.pk}
        record(old, "requirement changed", by=actor_of(by), before=before, after=after, why=wish.why)
    return new


def end(row: Gate, *, on: date, why: str, by: User, seen: int) -> Gate:
    """From that day on it is not required any more."""
    _check(by, on)
    with transaction.atomic():
        old = _locked(row, seen)
        before = {"words": old.words, "until": old.valid_until.isoformat() if old.valid_until else None}
        _end(old, on)
        record(old, "requirement ended", by=actor_of(by), before=before, after={"until": on.isoformat()}, why=why)
    return old


def _end(row: Gate, on: date) -> None:
    """One that has not begun on that day never holds."""
    row.valid_until = max(on, row.valid_from)
    row.save(update_fields=["valid_until"])


def _locked(row: Gate, seen: int) -> Gate:
    found: Gate = Gate.objects.select_for_update().get(pk=row.pk)
    if version_of(found) != seen:
        raise Refused(_("Somebody changed this requirement since you opened it. Look at what it says now."))
    if is_over(found):
        raise Refused(_("This requirement holds no more. Change the one that took its place."))
    return found


def is_over(row: Gate) -> bool:
    return row.valid_until is not None and (
        row.valid_until <= timezone.localdate() or row.valid_until <= row.valid_from
    )


def _said(row: Gate) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in FIELDS}
    return {"gate": row.gate, "check": row.check_kind, **said, "from": row.valid_from.isoformat()}


def _check(by: User, since: date) -> None:
    if not by.leads:
        raise PermissionDenied(_("Only leads and administrators change what partners must have."))
    if since < timezone.localdate():
        raise Refused(_("Choose today or a later day: what held before stays as it was."))
