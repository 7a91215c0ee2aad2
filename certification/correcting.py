"""A person says for which company, and who administers its portal: that outweighs what was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from certification import reading
from certification.models import ReportRequest
from journal.record import actor_of
from people.models import User
from tickets import steps
from tickets.actions.core import changed, locked


def correct(request: ReportRequest, values: Mapping[str, Any], *, by: User) -> ReportRequest:
    """Only what is different; an emptied value is one too. One event, and whoever waits for “facts” looks."""
    with transaction.atomic(), locked(request.ticket) as ticket:
        row = ReportRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        new = {name: _clean(name, values[name]) for name in reading.BY_A_PERSON if name in values}
        now = {name: value for name, value in new.items() if value != getattr(row, name)}
        if not now:
            return row
        before = {name: getattr(row, name) for name in now}
        for name, value in now.items():
            setattr(row, name, value)
        row.corrected = sorted({*row.corrected, *now})
        row.save(update_fields=[*now, "corrected"])
        changed(ticket, "report request corrected", by=actor_of(by), before=before, after=now)
        steps.heard(ticket, "facts")
    return row


def _clean(name: str, value: Any) -> str:
    words = " ".join(str(value or "").replace("\x00", "").split())
    return words.lower() if name == "admin_email" else words
