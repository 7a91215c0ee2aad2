"""What a pull changed, in the journal: many events in one statement, in the transaction of the changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import models

from journal.models import Event
from journal.record import Actor

SALESFORCE: Final = Actor("Salesforce")
ADDED: Final = "added from Salesforce"
CHANGED: Final = "changed in Salesforce"
REMOVED: Final = "removed in Salesforce"
BACK: Final = "back in Salesforce"
MERGED: Final = "merged in Salesforce"
PARTED: Final = "another address in Salesforce"
UNTOLD: Final = frozenset(["modified", "synced", "owner_id", "website_domain", "double_of", "deleted", "merged_into"])


class Journal:
    """Events of one piece of work; `silent` for a first load, which is not news."""

    def __init__(self, *, silent: bool = False) -> None:
        self.silent = silent
        self.first: int | None = None
        self.last: int | None = None
        self._waiting: list[Event] = []

    def note(
        self,
        subject: models.Model,
        verb: str,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        why: str = "",
    ) -> None:
        """For a subject that is saved, or will be before `write`."""
        if self.silent:
            return
        event = Event(
            actor_name=SALESFORCE.name,
            verb=verb,
            subject_type=subject._meta.label_lower,  # noqa: SLF001 - as journal.record does
            before=told(before or {}),
            after=told(after or {}),
            why=why,
        )
        event._subject = subject  # type: ignore[attr-defined]  # noqa: SLF001 - its id is known after it was saved
        self._waiting.append(event)

    def changes(self, subject: models.Model, before: Mapping[str, Any]) -> None:
        """One event for what people care about; none when only figures of our own moved."""
        shown = [name for name in before if name not in UNTOLD]
        if shown:
            self.note(
                subject,
                CHANGED,
                before={name: before[name] for name in shown},
                after={name: getattr(subject, name) for name in shown},
            )

    def write(self) -> None:
        """In the transaction of the change."""
        for event in self._waiting:
            event.subject_id = event._subject.pk  # type: ignore[attr-defined]  # noqa: SLF001
        made = Event.objects.bulk_create(self._waiting, batch_size=2_000)
        if made:
            self.first = min(self.first or made[0].pk, made[0].pk)
            self.last = made[-1].pk
        self._waiting = []

    def forget(self) -> None:
        """The transaction was rolled back."""
        self._waiting = []


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return {"id": value.pk, "name": str(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Iterable) and not isinstance(value, str | dict):
        return list(value)
    return value


def differing(row: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values a row has where it would get others."""
    return {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
