"""What a callback of Connect says: which envelope, which event, when. Read before it is stored, whatever is in it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from integrations.docusign.shapes import ID, EnvelopeView, Json, envelope_view, items, mapping, moment, text

OWN_TIMES: Final = {  # where the state an event speaks of has its own time
    "sent": "sentDateTime",
    "delivered": "deliveredDateTime",
    "completed": "completedDateTime",
    "declined": "declinedDateTime",
    "voided": "voidedDateTime",
}


@dataclass(frozen=True, kw_only=True)
class News:
    """`key` is the same for the same news, however often and in whichever wrapping it is sent (vendors.md §4)."""

    key: str
    account_id: str = ""
    envelope_id: str = ""
    event: str = ""
    recipient_id: str = ""
    stamp: datetime | None = None
    summary: Json = field(default_factory=dict)
    problem: str = ""  # a sentence: why it cannot be read

    def envelope(self) -> EnvelopeView:
        return envelope_view({**self.summary, "envelopeId": self.envelope_id})


def read(body: bytes) -> News:
    """Never raises: what cannot be read is news with a problem, known by its bytes."""
    if not body:
        return unreadable(body, _("The callback is empty."))
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return unreadable(body, _("It is not JSON. Set the Connect configuration to send JSON (SIM)."))
    if not isinstance(said, dict):
        return unreadable(body, _("It is JSON, but not a notice of Connect."))
    data = mapping(said, "data")
    news = _read(said, data, mapping(data, "envelopeSummary"))
    return news if news.envelope_id and news.event else unreadable(body, _("It names no envelope or no event."))


def _read(said: Json, data: Json, summary: Json) -> News:
    event, recipient_id = text(said, "event", most=60).lower(), text(data, "recipientId", most=ID)
    account_id, envelope_id = text(data, "accountId", most=ID).lower(), text(data, "envelopeId", most=ID).lower()
    stamp = _own_time(event, recipient_id, summary) or moment(said, "generatedDateTime")
    when = stamp.isoformat() if stamp else text(said, "generatedDateTime")
    return News(
        key=_digest(f"{account_id}\n{envelope_id}\n{event}\n{recipient_id}\n{when}".encode()),
        account_id=account_id,
        envelope_id=envelope_id,
        event=event,
        recipient_id=recipient_id,
        stamp=stamp,
        summary=summary,
    )


def _own_time(event: str, recipient_id: str, summary: Json) -> datetime | None:
    """When the envelope or the recipient came to the state that the event is about."""
    about, _dash, state = event.partition("-")
    if about == "envelope":
        return moment(summary, OWN_TIMES.get(state, ""))
    if about != "recipient":
        return None
    name = "signedDateTime" if state == "completed" else OWN_TIMES.get(state, "")
    groups = mapping(summary, "recipients")
    every = [one for kind in groups for one in items(groups, kind)]
    return next((moment(one, name) for one in every if text(one, "recipientId", most=ID) == recipient_id), None)


def unreadable(body: bytes, problem: str) -> News:
    return News(key=_digest(body), problem=problem)


def _digest(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()
