"""`record(…)`: the one way to write an event; call it inside the transaction of the change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.db import models

from journal.models import Event
from people.models import User
from web import rows

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Actor:
    """Who acts: a user, somebody known by name only, or the desk itself."""

    name: str
    user: User | None = None


DESK = Actor("Partner Help Desk")


def actor_of(user: User) -> Actor:
    return Actor(str(user), user)


def record(
    subject: models.Model,
    verb: str,
    *,
    by: Actor,
    before: Fields | None = None,
    after: Fields | None = None,
    why: str = "",
    number: int | None = None,
) -> Event:
    """Writes one event about `subject`; `before` and `after` hold JSON values by field name.

    `number` is an id the caller has taken from the table's sequence before.
    """
    event = unsaved(subject, verb, by=by, before=before, after=after, why=why, number=number)
    rows.insert(event)
    return event


def unsaved(
    subject: models.Model,
    verb: str,
    *,
    by: Actor,
    before: Fields | None = None,
    after: Fields | None = None,
    why: str = "",
    number: int | None = None,
) -> Event:
    """The event as `record` writes it, for callers who insert many at once."""
    return Event(
        pk=number,
        actor=by.user,
        actor_name=by.name[:160],
        verb=verb,
        subject_type=subject._meta.label_lower,  # noqa: SLF001
        subject_id=cast("int", subject.pk),
        before=dict(before or {}),
        after=dict(after or {}),
        why=why,
    )


def events_of(subject: models.Model) -> models.QuerySet[Event]:
    """All events about `subject`, oldest first."""
    return Event.objects.filter(subject_type=subject._meta.label_lower, subject_id=cast("int", subject.pk))  # noqa: SLF001
