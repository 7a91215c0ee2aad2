"""Adding, changing and ending terms: what held before stays readable, and every change writes its event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.models import Event
from journal.record import actor_of, events_of, record
from nfr.models import Terms
from nfr.terms import FIELDS
from people.models import User
from tickets.actions import Refused


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the program is to give, and from which day."""

    track: str
    saas: int
    self_managed: int
    seats: int
    tier: str
    months: int
    renewal: str
    source: str
    since: date
    why: str = ""

    def fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in FIELDS}


def version_of(row: Terms) -> int:
    """The newest event about it: what a form was filled from."""
    newest: Event | None = events_of(row).last()
    return newest.pk if newest else 0


def new_row(wish: Wish) -> Terms:
    return Terms(valid_from=wish.since, **wish.fields())


def successor(row: Terms, wish: Wish) -> Terms:
    """Unsaved: what takes the place of `row` from the day on, for as long as `row` would have held."""
    return Terms(valid_from=wish.since, valid_until=row.valid_until, **wish.fields())


def add(wish: Wish, *, by: User) -> Terms:
    """For a track that has none from that day on."""
    _check(by, wish.since)
    with transaction.atomic():
        list(Terms.objects.select_for_update().values_list("pk"))  # two leads add the same track: one after the other
        same = Terms.objects.filter(track__iexact=wish.track)
        if same.filter(Q(valid_until=None) | Q(valid_until__gt=wish.since)).exists():
            raise Refused(_("This track has terms from that day on already. Change those."))
        row = new_row(wish)
        row.save()
        record(row, "terms added", by=actor_of(by), after=_said(row), why=wish.why)
    return row


def change(row: Terms, wish: Wish, *, by: User, seen: int) -> Terms:
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
        record(old, "terms changed", by=actor_of(by), before=before, after=after, why=wish.why)
    return new


def end(row: Terms, *, on: date, why: str, by: User, seen: int) -> Terms:
    """From that day on the program says nothing for the track."""
    _check(by, on)
    with transaction.atomic():
        old = _locked(row, seen)
        before = {"until": old.valid_until.isoformat() if old.valid_until else None}
        _end(old, on)
        record(old, "terms ended", by=actor_of(by), before=before, after={"until": on.isoformat()}, why=why)
    return old


def is_over(row: Terms) -> bool:
    return row.valid_until is not None and (
        row.valid_until <= timezone.localdate() or row.valid_until <= row.valid_from
    )


def _end(row: Terms, on: date) -> None:
    """One that has not begun on that day never holds."""
    row.valid_until = max(on, row.valid_from)
    row.save(update_fields=["valid_until"])


def _locked(row: Terms, seen: int) -> Terms:
    found: Terms = Terms.objects.select_for_update().get(pk=row.pk)
    if version_of(found) != seen:
        raise Refused(_("Somebody changed these terms since you opened them. Look at what they say now."))
    if is_over(found):
        raise Refused(_("These terms hold no more. Change those that took their place."))
    return found


def _said(row: Terms) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in FIELDS}, "from": row.valid_from.isoformat()}


def _check(by: User, since: date) -> None:
    if not by.leads:
        raise PermissionDenied(_("Only leads and administrators change what the program gives."))
    if since < timezone.localdate():
        raise Refused(_("Choose today or a later day: what held before stays as it was."))
