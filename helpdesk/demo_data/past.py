"""The one place where the demo's rows get their age: what a step wrote is moved to the moment it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from documents.models import StoredFile
from journal.models import Event
from journal.record import events_of
from loa.models import LetterRequest, StageSpan
from mail.models import AutoReply, IncomingMail, OutgoingMail
from nfr.models import Licence
from people.models import User
from tickets import kinds, sla
from tickets.actions.core import locked, set_status_of
from tickets.models import Attachment, Draft, Message, Seen, Status, Step, Ticket

DELIVERY = timedelta(seconds=6)
PATIENCE = timedelta(hours=48)
READ_AFTER = timedelta(days=1)


def send_all(ticket: Ticket) -> None:
    """Nothing of the demo leaves: every queued mail of the ticket counts as sent."""
    for mail in _queued(ticket):
        mail.state, mail.attempts = OutgoingMail.State.SENT, 1
        mail.accepted, mail.server_reply = mail.recipients, "250 2.0.0 Ok"
        mail.sent_at = mail.created + DELIVERY
        mail.save(update_fields=["state", "attempts", "accepted", "server_reply", "sent_at"])


def refuse_all(ticket: Ticket, *, why: str) -> list[OutgoingMail]:
    """The other server said no, for good."""
    failed = list(_queued(ticket))
    for mail in failed:
        mail.state, mail.attempts = OutgoingMail.State.FAILED, 1
        mail.last_error, mail.server_reply = why, "550 5.1.1 User unknown"
        mail.refused = dict.fromkeys(mail.recipients, "550 5.1.1 User unknown")
        mail.save(update_fields=["state", "attempts", "last_error", "server_reply", "refused"])
    return failed


def move(ticket: Ticket, *, since: datetime, to: datetime) -> None:
    """Everything written for `ticket` after `since` happened at `to`."""
    events = Event.objects.filter(subject_type="tickets.ticket", subject_id=ticket.pk, created__gte=since)
    events.update(created=to)
    messages = Message.objects.filter(ticket=ticket, created__gte=since)
    files = StoredFile.objects.filter(pk__in=Attachment.objects.filter(ticket=ticket).values("stored"))
    files.filter(created__gte=since).update(created=to)
    Attachment.objects.filter(ticket=ticket, created__gte=since).update(created=to)
    Draft.objects.filter(ticket=ticket, updated__gte=since).update(updated=to)
    _move_mail(ticket, since=since, to=to)
    _move_procedure(ticket, since=since, to=to)
    messages.update(created=to)
    Ticket.objects.filter(pk=ticket.pk, created__gte=since).update(created=to)
    Ticket.objects.filter(pk=ticket.pk, updated__gte=since).update(updated=to)


def move_licence(licence: Licence, *, to: datetime, since: datetime | None = None) -> None:
    """What was written about an NFR licence after `since`, or all of it, happened at `to`."""
    events = events_of(licence)
    (events.filter(created__gte=since) if since else events).update(created=to)
    Licence.objects.filter(pk=licence.pk).update(changed=to, **({} if since else {"created": to}))


def set_clocks(ticket: Ticket) -> None:
    """Lives through the ticket's events once more, so that promises, pauses and ends fit their moments."""
    with locked(ticket) as row:
        status, reason = row.status, row.solved_reason
        row.status, row.first_replied, row.paused_since = Status.NEW, None, None
        for event in events_of(row):
            _live(row, event, reason=reason)
        if row.status != status:
            raise RuntimeError(f"{row.reference} would end as {row.status}, not as {status}.")
        row.save()


def mark_read(users: Sequence[User]) -> None:
    """Everybody has seen what is older than a day."""
    old = Ticket.objects.filter(updated__lt=timezone.now() - READ_AFTER)
    Seen.objects.bulk_create(
        Seen(user=user, ticket=ticket, event_id=ticket.last_event, at=ticket.updated)
        for user in users
        for ticket in old
    )


def _live(row: Ticket, event: Event, *, reason: str) -> None:
    if event.verb == "opened":
        sla.start(row, kind=kinds.kind_of(event.after["kind"]), now=event.created)
    if event.verb == "kind changed":
        sla.start(row, kind=kinds.kind_of(event.after.get("kind", row.kind)), now=row.created)
    if event.verb == "replied":
        sla.replied(row, now=event.created)
    if "status" in event.after:
        set_status_of(row, event.after["status"], reason=reason, now=event.created)
    elif event.verb == "replied":
        sla.status_changed(row, now=event.created)


def _move_mail(ticket: Ticket, *, since: datetime, to: datetime) -> None:
    outgoing = OutgoingMail.objects.filter(token_key=ticket.reference, created__gte=since)
    outgoing.filter(sent_at__isnull=False).update(sent_at=to + DELIVERY)
    outgoing.update(created=to, next_try=to, give_up=to + PATIENCE)
    incoming = IncomingMail.objects.filter(handled_ref=ticket.reference, received__gte=since)
    StoredFile.objects.filter(pk__in=incoming.values("raw")).update(created=to)
    incoming.update(received=to, handled=to + (F("handled") - F("received")))
    AutoReply.objects.filter(key=ticket.reference, created__gte=since).update(created=to)


def _move_procedure(ticket: Ticket, *, since: datetime, to: datetime) -> None:
    """Its steps but for those a worker still has to do, and the letter that is asked for in it."""
    steps = Step.objects.filter(ticket=ticket).exclude(state__in=[Step.State.READY, Step.State.RUNNING])
    for moment in ("ready", "started", "finished"):
        steps.filter(**{f"{moment}__gte": since}).update(**{moment: to})
    asked = LetterRequest.objects.filter(ticket=ticket, requested__gte=since)
    StageSpan.objects.filter(request__in=asked, entered__gte=since).update(entered=to)
    asked.update(requested=to, stage_since=to)


def _queued(ticket: Ticket) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(token_key=ticket.reference, state=OutgoingMail.State.QUEUED))
