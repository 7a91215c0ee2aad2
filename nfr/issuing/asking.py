"""The question to the partner: exactly what is missing, in the composer, sent by a person; asked anew if need be."""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet

from journal.record import DESK, actor_of
from nfr import reading
from nfr.issuing import wanted
from nfr.models import LicenceRequest
from tickets import prepared
from tickets.actions import Recipient
from tickets.models import Message, PreparedReply, Status, Ticket
from tickets.procedures import At

NAMESPACE: Final = "nfr-needs-namespace"
SEVERAL: Final = "nfr-missing"


def offer(at: At, request: LicenceRequest, missing: list[str]) -> bool:
    """Puts it into the composer; False where a person took the same question away."""
    step = _key(at)
    if _questions(at.ticket, at.key).filter(state=PreparedReply.State.WITHDRAWN, step=step, by__isnull=False).exists():
        return False
    problem = reading.why_no_namespace(request)
    only = missing == [wanted.NAMESPACE]
    values = {"asked_namespace": problem} if problem and wanted.NAMESPACE in missing else {}
    if not only:
        values["nfr_missing"] = wanted.to_partner(request, missing)
    prepared.offer(
        at.ticket,
        step=step,
        response=NAMESPACE if only else SEVERAL,
        values=values,
        to=[Recipient(address=at.ticket.requester.email, name=at.ticket.requester.name)],
        then=Status.PENDING_PARTNER,
    )
    return True


def drop(at: At, *, why: str) -> None:
    """Nothing has to be asked any more; what somebody has made of the text stays their draft."""
    keys = {one.step for one in _questions(at.ticket, at.key)}
    prepared.withdraw_in(at.ticket, why=why, by=actor_of(at.by) if at.by else DESK, steps=keys)


def last_sent(at: At) -> Message | None:
    """The question as it last went out."""
    sent = _questions(at.ticket, at.key).filter(state=PreparedReply.State.SENT, message__isnull=False)
    newest = sent.select_related("message").order_by("pk").last()
    return newest.message if newest else None


def _key(at: At) -> str:
    sent = _questions(at.ticket, at.key).filter(state=PreparedReply.State.SENT).count()
    return f"{at.key}+{sent}" if sent else at.key


def _questions(ticket: Ticket, key: str) -> QuerySet[PreparedReply]:
    return PreparedReply.objects.filter(Q(step=key) | Q(step__startswith=f"{key}+"), ticket=ticket)
