"""A question to the partner: in the composer, sent by a person, waited for; asked anew if the answer leaves a gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import DESK, actor_of
from nfr import again, reading, stages
from nfr.models import LicenceRequest
from people import calendar
from people.calendar import Target
from tickets import prepared
from tickets.actions import Recipient
from tickets.models import Message, PreparedReply, Status, Ticket
from tickets.procedures import At, Waiting, WaitsFor
from web import nudging

SOON: Final = timedelta(seconds=30)  # a nudge may be lost: then it is looked at again
PATIENCE: Final = Target(days=3)  # until the desk is reminded that the partner has not answered
State = PreparedReply.State


def unread(at: At, request: LicenceRequest) -> Waiting | None:
    """What the partner has sent since comes first: a worker reads it."""
    if not reading.is_stale(request):
        return None
    nudging.nudge(again.READ, at.ticket.pk)
    return Waiting(for_whom=WaitsFor.DESK, note=_("What has come in is being read."), due=timezone.now() + SOON)


def waiting(at: At, request: LicenceRequest, *, note: str) -> Waiting | None:
    """Somebody has asked, here or by hand: the partner has the turn until they write."""
    message = last_sent(at)
    if message is None and at.ticket.status != Status.PENDING_PARTNER:
        return None
    if message is not None and at.ticket.status in {Status.NEW, Status.OPEN} and _answered_since(request, message):
        return None
    stages.move(request, stages.Stage.ASKED)
    since = message.created if message is not None else at.step.ready or timezone.now()
    remind = calendar.add(since, PATIENCE, calendar.hours_of(at.ticket.region))
    return Waiting(for_whom=WaitsFor.PARTNER, note=note, remind=remind)


def offer(at: At, *, response: str, values: Mapping[str, str], to: Sequence[Recipient]) -> bool:
    """Puts it into the composer; False where a person took the same question away."""
    step = _key(at)
    if _questions(at.ticket, at.key).filter(state=State.WITHDRAWN, step=step, by__isnull=False).exists():
        return False
    prepared.offer(
        at.ticket, step=step, response=response, values=values, to=to, then=Status.PENDING_PARTNER
    )  # fmt: skip
    return True


def drop(at: At, *, why: str) -> None:
    """Nothing has to be asked any more; what somebody has made of the text stays their draft."""
    keys = {one.step for one in _questions(at.ticket, at.key)}
    prepared.withdraw_in(at.ticket, why=why, by=actor_of(at.by) if at.by else DESK, steps=keys)


def last_sent(at: At) -> Message | None:
    """The question as it last went out."""
    sent = _questions(at.ticket, at.key).filter(state=State.SENT, message__isnull=False)
    newest = sent.select_related("message").order_by("pk").last()
    return newest.message if newest else None


def _answered_since(request: LicenceRequest, sent: Message) -> bool:
    """They have written, and something is missing all the same: it is asked again."""
    return request.read is not None and request.read > sent.created


def _key(at: At) -> str:
    sent = _questions(at.ticket, at.key).filter(state=State.SENT).count()
    return f"{at.key}+{sent}" if sent else at.key


def _questions(ticket: Ticket, key: str) -> QuerySet[PreparedReply]:
    return PreparedReply.objects.filter(Q(step=key) | Q(step__startswith=f"{key}+"), ticket=ticket)
