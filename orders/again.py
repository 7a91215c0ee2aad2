"""What a request says has changed: corrected facts, another partner, a further mail. Then it is read and found anew.

The steps that wait hear of it and compare; a worker goes back to the first step, as long as nothing was written or
decided since. Else what was written and decided stays, and the answer alone is prepared anew with what has come.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from orders import answers, reading
from tickets import prepared, steps
from tickets.actions import Refused
from tickets.models import Step, Ticket
from web import nudging

log = logging.getLogger(__name__)
TASK: Final = "orders.tasks.read_again"
HEARS: Final = ("facts", "partner", "received", "papers")


def known(ticket: Ticket) -> str:
    """A mark of what the steps rest on: the partner, their newest message, what people have corrected."""
    request = reading.of(ticket)
    corrected = {name: _first(request.facts.get(name, ())) for name in request.corrected} if request else {}
    whole = [ticket.partner_id, ticket.last_partner_event, corrected]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:16]


def notice(ticket: Ticket, kept: Mapping[str, Any]) -> None:
    """Wakes a worker where that is no longer what was read."""
    if kept.get("known") and kept["known"] != known(ticket):
        nudging.nudge(TASK, ticket.pk)


def read_again(ticket_pk: int) -> None:
    """Begins again; twice is harmless, for the mark is new then."""
    ticket = Ticket.objects.select_related("partner", "requester").filter(pk=ticket_pk).first()
    read = _step(ticket, "read") if ticket else None
    if ticket is None or read is None or read.data.get("keep", {}).get("known") in {None, known(ticket)}:
        return
    try:
        steps.go_back(ticket, "read", by=None, why=_("What the request says has changed."))
    except Refused as refused:
        log.info("%s is not read again: %s", ticket.reference, refused)
        _answer_again(ticket)


def _answer_again(ticket: Ticket) -> None:
    """While it stands in the composer: the values, warnings and documents of now. The same again changes nothing."""
    standing, step = prepared.of(ticket), _step(ticket, "answer")
    if standing is None or step is None or standing.step != step.key:
        return
    try:
        answers.offer(reading.read(ticket), step=step.key)
    except Refused as refused:
        log.info("%s is not answered otherwise: %s", ticket.reference, refused)


def _step(ticket: Ticket, slug: str) -> Step | None:
    return next((one for one in steps.of(ticket) if one.slug == slug), None)


def _first(rows: Sequence[Mapping[str, Any]]) -> str:
    return str(rows[0].get("value", "")) if rows else ""
