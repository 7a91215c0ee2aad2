"""Which reply is offered on a ticket, what a step has prepared, and the one writer of a reply's state."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from journal.record import Actor, record
from people.models import User
from tickets.models import PreparedReply, Response, Ticket
from web import rows

State = PreparedReply.State


def of(ticket: Ticket) -> PreparedReply | None:
    """What is offered now."""
    return offered(ticket).first()


def offered(ticket: Ticket | OuterRef) -> QuerySet[PreparedReply]:
    return PreparedReply.objects.filter(ticket=ticket, state=State.OFFERED)


def of_step(ticket: Ticket, step: str) -> PreparedReply | None:
    """The newest that this step has prepared since it was last gone back to."""
    found = PreparedReply.objects.filter(ticket=ticket, step=step).select_related("message")
    return found.order_by("-pk").first()


def put(reply: PreparedReply, state: str, *, by: User | None = None) -> None:
    reply.state, reply.by, reply.settled = state, by, timezone.now()
    reply.save(update_fields=["state", "by", "settled"])


def tell(row: Ticket, verb: str, *, by: Actor, after: Mapping[str, str], why: str = "") -> None:
    event = record(row, verb, by=by, after=after, why=why)
    rows.update(Ticket, {"last_event": event.pk, "updated": event.created}, pk=row.pk)
    row.last_event, row.updated = event.pk, event.created


def title(reply: PreparedReply) -> str:
    return Response.objects.filter(slug=reply.response).values_list("title", flat=True).first() or reply.response
