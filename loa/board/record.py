"""DocuSign's own record of an envelope, read by a worker when somebody asks, and kept in our journal as it was told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db import transaction

from integrations import asking
from integrations.docusign.envelopes import DOCUSIGN
from integrations.docusign.shapes import AuditEvent
from integrations.errors import VendorError
from journal.models import Event
from journal.record import events_of, record
from loa.models import LetterRequest
from web import nudging

TASK: Final = "loa.tasks.read_record"
READ, NOT_READ = "record read", "record not read"
MOST: Final = 200


def ask(request: LetterRequest) -> int:
    """Wakes a worker; the newest event of now, after which the answer will stand."""
    newest = events_of(request).order_by("-id").values_list("pk", flat=True).first()
    if request.envelope_id:
        nudging.nudge(TASK, request.pk)
    return newest or 0


def read(pk: int) -> None:
    """In a worker. What DocuSign tells, written down only where it is more than last time; or why it did not answer."""
    request = LetterRequest.objects.select_related("envelope").filter(pk=pk).first()
    if request is None or request.envelope is None:
        return
    try:
        told: list[AuditEvent] = asking.ask("docusign.audit_events", request.envelope.envelope_id)
    except VendorError as problem:
        record(request, NOT_READ, by=DOCUSIGN, why=problem.words)
        return
    with transaction.atomic():
        lines = [_line(one) for one in told[-MOST:]]
        record(request, READ, by=DOCUSIGN, after={"events": lines})


def newest(events: list[Event]) -> Iterator[dict[str, Any]]:
    """The lines of the newest reading among these events of a request, the newest event first."""
    found = next((one for one in events if one.verb == READ), None)
    yield from (found.after.get("events", []) if found else [])


def answered(events: list[Event], *, since: int) -> bool:
    return any(one.pk > since and one.verb in {READ, NOT_READ} for one in events)


def _line(event: AuditEvent) -> dict[str, Any]:
    return {
        "at": event.at.isoformat() if event.at else None,
        "action": event.action[:120],
        "message": event.message[:300],
        "who": event.who[:200],
    }
