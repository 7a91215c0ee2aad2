"""The question to the partner: it names exactly what is missing, waits in the composer, and is sent by a person."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from service_attach import wanted
from service_attach.models import Proof
from tickets import prepared
from tickets.models import Message, PreparedReply, Status, Ticket
from tickets.prepared import Person
from tickets.procedures import At

RESPONSE: Final = "poe-missing"


def offer(at: At, proof: Proof) -> bool:
    """Puts it into the composer, in other words when something else is missing now; not where a person took it away."""
    if _unwanted(at):
        return False
    prepared.offer(
        at.ticket,
        step=at.key,
        response=RESPONSE,
        values={"missing_fields": wanted.to_partner(proof.missing), "partner_name": _company(proof)},
        to=[requester_of(at.ticket)],
        then=Status.PENDING_PARTNER,
    )
    return True


def drop(at: At, *, why: str) -> None:
    """Nothing has to be asked any more; what somebody has made of the text stays their draft."""
    there = prepared.of(at.ticket)
    if there is not None and there.step == at.key:
        prepared.withdraw(at.ticket, why=why, by=at.by)


def sent(at: At) -> Message | None:
    """The question as it went out since the documents were last read."""
    return prepared.sent(at.ticket, at.key)


def _company(proof: Proof) -> str:
    """As the document writes it, else as we know them."""
    return proof.partner_name or (str(proof.account) if proof.account else _("your company"))


def requester_of(ticket: Ticket) -> Person:
    return Person(name=ticket.requester.name, address=ticket.requester.email)


def _unwanted(at: At) -> bool:
    last = PreparedReply.objects.filter(ticket=at.ticket, step=at.key).order_by("-pk").first()
    return last is not None and last.state == PreparedReply.State.WITHDRAWN and last.by_id is not None
