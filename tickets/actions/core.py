"""What every verb stands on: the locked row, the event beside the change, the only writer of status."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.models import Event
from journal.record import Actor, events_of, record
from partners.models import Account
from people.models import User
from tickets import hooks, sla
from tickets.models import SolvedReason, Status, Tag, Ticket
from tickets.models.ticket import ENDED, MOVES, NO_REQUEST
from web.rows import Given, Prepared

SUBJECT_LENGTH = 300
_TURNING = re.compile(r"[\x00\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
_PILED = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)


def _to_hold() -> QuerySet[Ticket]:
    """Rows that point to the ticket may still be added."""
    free = Ticket.objects.select_for_update(of=("self",), no_key=True).order_by()
    return free.select_related("requester", "partner", "assignee", "channel_manager").filter(pk=Given("pk"))


_held = Prepared(_to_hold)  # every verb and every step begins with it


class Refused(Exception):  # noqa: N818 - it is an answer to a person, not a fault
    """The verb cannot be done; the text says why and what to do."""


class MovedOn(Exception):  # noqa: N818
    """Somebody changed the same thing first; `events` says what happened since."""

    def __init__(self, ticket: Ticket, events: Sequence[Event]) -> None:
        super().__init__(_("%(reference)s has changed since you opened it.") % {"reference": ticket.reference})
        self.ticket = ticket
        self.events = events


@contextmanager
def locked(ticket: Ticket, *, seen: int | None = None, touches: Sequence[str] = ()) -> Iterator[Ticket]:
    """The ticket's row, locked until the block's transaction ends; `MovedOn` when a field was touched after `seen`."""
    with transaction.atomic():
        row = _held.first(pk=ticket.pk)
        if row is None:
            raise Ticket.DoesNotExist(ticket.pk)
        if seen is not None and row.last_event != seen:
            newer = list(events_of(row).filter(id__gt=seen))
            if any(field in event.after for event in newer for field in touches):
                raise MovedOn(row, newer)
        yield row


def changed(
    row: Ticket, verb: str, *, by: Actor, before: Mapping[str, Any], after: Mapping[str, Any], why: str = ""
) -> Ticket:
    """Writes the event of a change to a locked row, and saves the row with it as its newest."""
    record_change(row, verb, by=by, before=before, after=after, why=why)
    row.save()
    return row


def record_change(
    row: Ticket,
    verb: str,
    *,
    by: Actor,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    why: str = "",
    number: int | None = None,
) -> Event:
    """The event of a change to a locked row; equal values are left out. The caller saves the row."""
    event = record(
        row,
        verb,
        by=by,
        before={key: value for key, value in before.items() if value != after.get(key)},
        after={key: value for key, value in after.items() if value != before.get(key)},
        why=why,
        number=number,
    )
    row.last_event = event.pk
    row.updated = event.created
    return event


def set_partner(row: Ticket, account: Account | None) -> None:
    """Partner, region and channel manager of an unsaved change; routing may say otherwise through its hook."""
    row.partner = account
    row.region = account.region if account else ""
    row.channel_manager = hooks.channel_manager_of(row)


def tag_called(name: str) -> Tag:
    """The tag of that name; two who write a new one at once get the same row."""
    known = Tag.objects.filter(name__iexact=name)
    found = known.first()
    if found is None:
        Tag.objects.bulk_create([Tag(name=name)], ignore_conflicts=True)
        found = known.get()
    return found


def named(thing: User | Account | Any | None) -> dict[str, Any] | None:
    """How an event writes down another row: its id and the name it had."""
    return None if thing is None else {"id": thing.pk, "name": str(thing)}


def check_move(row: Ticket, to: str) -> None:
    """Refuses a move that `MOVES` does not have."""
    if to not in MOVES[row.status]:
        words = _("A ticket that is %(now)s cannot become %(next)s.")
        named_so = Status(to).label if to in Status.values else to[:40]
        raise Refused(words % {"now": row.get_status_display(), "next": named_so})


def clean_line(text: str) -> str:
    """One line of text: no NUL, no line break, nothing that turns or covers the words around it (M-08)."""
    line = " ".join(_PILED.sub(r"\1", _TURNING.sub("", text)).split())
    return line if _INVISIBLE.sub("", line) else ""


def after_move(row: Ticket, before: str) -> None:
    """What a change of status means to the ticket's procedure; called when the change and its event are written."""
    if row.status == before:
        return
    if row.status in NO_REQUEST:
        hooks.procedure_ends(row, why=_("The ticket is %(state)s.") % {"state": row.get_status_display()})
    elif before == Status.SPAM:
        hooks.procedure_begins(row)
    else:
        hooks.procedure_hears(row, "status")


def after_message(row: Ticket, before: str, what: str) -> None:
    """What a message means to the procedure; one that made the ticket a request again, or none, begins or ends it."""
    if row.status != before and not NO_REQUEST.isdisjoint({row.status, before}):
        after_move(row, before)
    else:
        hooks.procedure_hears(row, what)


def set_status_of(row: Ticket, to: str, *, reason: str = "", now: datetime | None = None) -> None:
    """The only place that assigns a ticket's status."""
    moment = now or timezone.now()
    row.status = to
    if to == Status.SOLVED:
        row.solved = moment
        row.solved_reason = reason or SolvedReason.ANSWERED
    elif to not in ENDED:
        row.solved, row.closed, row.solved_reason = None, None, ""
    if to == Status.CLOSED:
        row.closed = moment
    sla.status_changed(row, now=moment)
