"""The only writer of a request's stage: it follows the envelope, forwards only, and says how long it was where.

Which stage an envelope is in is read from its recipients, with DocuSign's own times: news that come late, doubled or
turned round end in the same spans. Locks are taken in the order envelope, ticket, request (tickets.steps).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.docusign import states
from integrations.docusign.envelopes import DOCUSIGN
from integrations.models import Envelope
from journal.record import DESK, Actor, actor_of, record
from loa import clock, signers
from loa.models import LetterRequest, StageSpan
from people.models import User
from tickets import steps
from tickets.actions import Refused
from tickets.actions.core import locked

Stage = LetterRequest.Stage
RANK: Final[dict[str, int]] = {
    Stage.REQUESTED: 0, Stage.PHD_REVIEW: 1, Stage.LEGAL_REVIEW: 2, Stage.COMPLETED: 3,
    Stage.DECLINED: 3, Stage.LEGAL_DECLINED: 3, Stage.VOIDED: 3, Stage.WITHDRAWN: 3,
}  # fmt: skip
ENDS: Final = frozenset(stage for stage, rank in RANK.items() if rank == 3)
UNDER_WAY: Final = frozenset({Stage.REQUESTED, Stage.PHD_REVIEW, Stage.LEGAL_REVIEW})


def begin(request: LetterRequest) -> LetterRequest:
    """A new request, saved with the first of its spans."""
    request.stage, request.stage_since = Stage.REQUESTED, request.requested
    request.save()
    StageSpan.objects.create(request=request, stage=Stage.REQUESTED, entered=request.requested)
    return request


def follow(request: LetterRequest) -> bool:
    """Moves it to where its envelope is; whether it moved. Whoever waits for the envelope looks again in any case."""
    with transaction.atomic():
        row = _locked(request)
        moved = row.envelope is not None and row.stage not in ENDS and _move(row, row.envelope)
        if row.ticket is not None and row.envelope is not None:
            steps.heard(row.ticket, "envelope")
    request.refresh_from_db()
    return moved


def withdraw(request: LetterRequest, *, by: User | None, why: str) -> LetterRequest:
    """It is not followed up: nobody signed, or it was asked for twice. What is under way in DocuSign is voided."""
    if not why.strip():
        raise Refused(_("Say why it is not followed up."))
    with transaction.atomic():
        row = _locked(request)
        if row.stage == Stage.WITHDRAWN:
            return row
        if row.stage in ENDS:
            raise Refused(_("This request is over: %(stage)s.") % {"stage": row.get_stage_display()})
        if row.envelope is not None and not states.is_over(row.envelope.status):
            raise Refused(_("Its envelope is under way in DocuSign. Void the envelope with a reason."))
        row.reason = why.strip()
        _enter(row, [(Stage.WITHDRAWN, timezone.now())], by=actor_of(by) if by else DESK, why=why.strip())
        if row.ticket is not None:
            steps.heard(row.ticket, "envelope")
    request.refresh_from_db()
    return request


def promise(request: LetterRequest, *, since: datetime) -> datetime:
    """Two business days of its region, for the whole chain."""
    return clock.due(since, clock.region_of(request))


def passed(envelope: Envelope) -> list[tuple[str, datetime]]:
    """Every stage the envelope has come to, in order, each with the moment it began."""
    found: list[tuple[str, datetime]] = []
    for stage, at in _passed(envelope):
        earliest = found[-1][1] if found else None
        moment = at or earliest or envelope.status_at or envelope.changed
        found.append((stage, max(moment, earliest) if earliest else moment))
    return found


def _passed(envelope: Envelope) -> Iterator[tuple[str, datetime | None]]:
    partner, approver = signers.partner(envelope), signers.approver(envelope)
    over = states.is_over(envelope.status)
    if partner is not None and partner["status"] == "completed":
        yield Stage.PHD_REVIEW, signers.moment(partner)
        if approver is not None:
            if approver["status"] == "completed":
                yield Stage.LEGAL_REVIEW, signers.moment(approver)
        elif reached := [one for one in signers.legal(envelope) if one["status"] in signers.HAS_IT]:
            yield Stage.LEGAL_REVIEW, min(filter(None, map(signers.moment, reached)), default=None)
    if over:
        yield _end(envelope), envelope.completed if envelope.status == "completed" else envelope.status_at


def _end(envelope: Envelope) -> str:
    """Who ended it: a decline of Legal's is told apart from ours and from the partner's own."""
    if envelope.status == "completed":
        return Stage.COMPLETED
    if envelope.status == "voided":
        return Stage.VOIDED
    by_legal = any(one["status"] == "declined" for one in signers.legal(envelope))
    return Stage.LEGAL_DECLINED if by_legal else Stage.DECLINED


def _move(row: LetterRequest, envelope: Envelope) -> bool:
    ahead = [(stage, at) for stage, at in passed(envelope) if RANK[stage] > RANK[row.stage]]
    if not ahead:
        return False
    row.reason = envelope.reason or row.reason
    _enter(row, ahead, by=DOCUSIGN)
    return True


def _enter(row: LetterRequest, ahead: list[tuple[str, datetime]], *, by: Actor, why: str = "") -> None:
    """One span closes as the next one opens; the row, its clock and one event with it."""
    before = row.stage
    for stage, at in ahead:
        span = StageSpan.objects.get(request=row, left=None)
        entered = max(at, span.entered)
        StageSpan.objects.filter(pk=span.pk).update(left=entered)
        StageSpan.objects.create(request=row, stage=stage, entered=entered)
        row.stage, row.stage_since = stage, entered
        if stage in ENDS:
            row.ended = entered
        elif row.due is None:
            row.due = promise(row, since=entered)
    row.save()
    record(row, "stage changed", by=by, before={"stage": before}, after={"stage": row.stage}, why=why)


def _locked(request: LetterRequest) -> LetterRequest:
    """The ticket first: its row is the lock of its procedure."""
    if request.ticket is not None:
        with locked(request.ticket):
            pass
    rows = LetterRequest.objects.select_for_update(of=("self",)).select_related("ticket", "envelope")
    return rows.get(pk=request.pk)
