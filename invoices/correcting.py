"""A person says what the request is after; it outweighs what a program has read, and is looked for anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from invoices import reading
from invoices.models import InvoiceRequest
from journal.record import actor_of, record
from people.models import User


def correct(request: InvoiceRequest, values: Mapping[str, Any], *, by: User) -> InvoiceRequest:
    """Only what is different; an emptied value is one too. The caller holds the ticket."""
    new = {name: values.get(name) or _empty(name) for name in reading.BY_A_PERSON}
    changed = {name: value for name, value in new.items() if value != getattr(request, name)}
    before = {name: _plain(getattr(request, name)) for name in changed}
    for name, value in changed.items():
        setattr(request, name, value)
    request.corrected = sorted({*request.corrected, *changed})
    request.looked = None
    request.save(update_fields=[*changed, "corrected", "looked"])
    after = {name: _plain(value) for name, value in changed.items()}
    record(request.ticket, "invoice facts corrected", by=actor_of(by), before=before, after=after)
    return request


def _empty(name: str) -> Any:
    return None if name in {"transaction_date", "won_on"} else ""


def _plain(value: Any) -> str:
    return str(value or "")
