"""What a partner's account said on a day gone by, as far as the journal tells."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone

from journal.models import Event
from partners.models import Account
from partners.sync_journal import CHANGED

FIELDS: Final = ("partner_status", "partner_type", "track")


def changed_since(day: date) -> dict[int, dict[str, Any]]:
    """By account, what its fields said at the end of that day where they say something else since; one statement."""
    after = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    events = Event.objects.filter(
        subject_type=Account._meta.label_lower,  # noqa: SLF001 - as journal.record does
        verb=CHANGED,
        created__gte=after,
        before__has_any_keys=FIELDS,
    )
    found: dict[int, dict[str, Any]] = {}
    for pk, before in events.order_by("id").values_list("subject_id", "before"):
        said = {name: value for name, value in before.items() if name in FIELDS}
        found[pk] = said | found.get(pk, {})
    return found


def as_it_was(account: Account, fields: Mapping[str, Any]) -> Account:
    if not fields:
        return account
    then = copy(account)
    for name, value in fields.items():
        setattr(then, name, value or "")
    return then
