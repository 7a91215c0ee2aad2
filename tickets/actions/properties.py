"""The verbs that change what a ticket is: who has it, where it stands, what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import DESK, Actor, actor_of, events_of
from people.models import User
from tickets import hooks, kinds, recognition, search, sla, topics
from tickets.actions.core import (
    SUBJECT_LENGTH,
    MovedOn,
    Refused,
    after_move,
    changed,
    check_move,
    clean_line,
    locked,
    named,
    set_status_of,
    tag_called,
)
from tickets.models import Priority, SolvedReason, Status, Ticket

GENERAL = "general"
_VERBS: dict[str, str] = {
    Status.SOLVED: "solved",
    Status.CLOSED: "closed",
    Status.ON_HOLD: "put on hold",
    Status.OPEN: "set in progress",
    Status.SPAM: "marked as spam",
}


def take(ticket: Ticket, *, by: User, seen: int | None = None) -> Ticket:
    """Assigns the ticket to whoever takes it; `MovedOn` when somebody else was quicker."""
    with locked(ticket, seen=seen, touches=("assignee",)) as row:
        if row.assignee_id is not None and row.assignee_id != by.pk:
            raise MovedOn(row, list(events_of(row).filter(verb="assigned").order_by("-id")[:1]))
        return assign(row, to=by, by=by)


def assign(ticket: Ticket, *, to: User | None, by: User, seen: int | None = None, why: str = "") -> Ticket:
    """Gives the ticket to somebody of the desk, or to nobody; a new ticket is then in progress."""
    if to is not None and not (to.is_active and to.on_desk):
        raise Refused(_("%(name)s does not work tickets. Choose a specialist or a lead.") % {"name": to})
    with locked(ticket, seen=seen, touches=("assignee",)) as row:
        if row.assignee_id == (to.pk if to else None):
            return row
        before = {"assignee": named(row.assignee), "status": row.status}
        row.assignee = to
        if to is not None and row.status == Status.NEW:
            set_status_of(row, Status.OPEN)
        if to is not None:
            sla.begin(row, kind=kinds.kind_of(row.kind), now=timezone.now())
        after = {"assignee": named(to), "status": row.status}
        return changed(row, "assigned", by=actor_of(by), before=before, after=after, why=why)


def set_status(
    ticket: Ticket, *, to: str, by: Actor, seen: int | None = None, why: str = "", reason: str = ""
) -> Ticket:
    """Moves the ticket along `MOVES`; a move that is not there is refused with a sentence."""
    if reason and reason not in SolvedReason.values:
        words = _("A ticket is resolved as answered or as redirected, not as “%(reason)s”.")
        raise Refused(words % {"reason": reason[:40]})
    with locked(ticket, seen=seen, touches=("status",)) as row:
        if row.status == to:
            return row
        check_move(row, to)
        before = {"status": row.status}
        set_status_of(row, to, reason=reason)
        changed(row, _VERBS.get(to, "moved"), by=by, before=before, after={"status": to}, why=why)
        after_move(row, before["status"])
        return row


def hold(ticket: Ticket, *, by: User, why: str = "", seen: int | None = None) -> Ticket:
    return set_status(ticket, to=Status.ON_HOLD, by=actor_of(by), why=why, seen=seen)


def resume(ticket: Ticket, *, by: User, seen: int | None = None) -> Ticket:
    return set_status(ticket, to=Status.OPEN, by=actor_of(by), seen=seen)


def solve(
    ticket: Ticket, *, by: User, reason: str = SolvedReason.ANSWERED, why: str = "", seen: int | None = None
) -> Ticket:
    return set_status(ticket, to=Status.SOLVED, by=actor_of(by), reason=reason, why=why, seen=seen)


def reopen(ticket: Ticket, *, by: Actor, why: str = "", seen: int | None = None) -> Ticket:
    return set_status(ticket, to=Status.OPEN, by=by, why=why, seen=seen)


def close(ticket: Ticket, *, by: Actor = DESK, why: str = "", seen: int | None = None) -> Ticket:
    """Ends a resolved ticket for good; only a new message opens it again."""
    return set_status(ticket, to=Status.CLOSED, by=by, why=why, seen=seen)


def change_kind(
    ticket: Ticket, *, to: str, by: User | Actor, topic: str = "", seen: int | None = None, why: str = ""
) -> Ticket:
    """Makes it another type of request; its promises are counted anew from its arrival.

    What a person has chosen, or left as it is, the desk changes no more by itself.
    """
    if not kinds.known(to):
        raise Refused(_("There is no type of request called “%(slug)s”.") % {"slug": to[:40]})
    if topic and (to != GENERAL or topics.topic_of(topic) is None):
        raise Refused(_("A request of that type has no topic called “%(slug)s”.") % {"slug": topic[:40]})
    with locked(ticket, seen=seen, touches=("kind",)) as row:
        topic = topics.topic_for(to, topic)
        if isinstance(by, User):
            recognition.chosen(row, by=by)
        if (row.kind, row.topic) == (to, topic):
            return row
        if to != row.kind and (reason := hooks.why_no_other_kind(row)):
            raise Refused(reason)
        before = {"kind": row.kind, "topic": row.topic}
        sla.restart(row, kind=kinds.kind_of(to), waited=sla.waited(row, kind=kinds.kind_of(row.kind)))
        row.kind, row.topic = to, topic
        actor = actor_of(by) if isinstance(by, User) else by
        done = changed(row, "kind changed", by=actor, before=before, after={"kind": to, "topic": topic}, why=why)
        if to != before["kind"]:
            hooks.procedure_begins(row)
        hooks.kind_changed(row)
        return done


def change_priority(ticket: Ticket, *, to: str, by: User, seen: int | None = None) -> Ticket:
    if to not in Priority.values:
        raise Refused(_("There is no priority called “%(name)s”.") % {"name": to[:40]})
    return _change(ticket, "priority changed", {"priority": to}, by=by, seen=seen)


def change_subject(ticket: Ticket, *, to: str, by: User, seen: int | None = None) -> Ticket:
    subject = clean_line(to)[:SUBJECT_LENGTH]
    if not subject:
        raise Refused(_("Write a subject."))
    with transaction.atomic():
        done = _change(ticket, "subject changed", {"subject": subject}, by=by, seen=seen)
        search.add_words(ticket.pk, [subject])
    return done


def change_tags(ticket: Ticket, *, to: Iterable[str], by: Actor, seen: int | None = None) -> Ticket:
    """Makes these, and only these, the ticket's tags; unknown words become tags."""
    wanted = {clean_line(name)[:40].strip() for name in to} - {""}
    with locked(ticket, seen=seen, touches=("tags",)) as row:
        now = sorted(row.tags.values_list("name", flat=True))
        rows = [tag_called(name) for name in sorted(wanted)]
        after = sorted({tag.name for tag in rows})
        if now == after:
            return row
        row.tags.set(rows)
        return changed(row, "tagged", by=by, before={"tags": now}, after={"tags": after})


def tag(ticket: Ticket, *, name: str, by: Actor) -> Ticket:
    """Adds one; two people who tag at once both keep theirs."""
    with locked(ticket) as row:
        return change_tags(row, to=[*row.tags.values_list("name", flat=True), name], by=by)


def untag(ticket: Ticket, *, name: str, by: Actor) -> Ticket:
    with locked(ticket) as row:
        left = [known for known in row.tags.values_list("name", flat=True) if known.lower() != name.lower()]
        return change_tags(row, to=left, by=by)


def _change(ticket: Ticket, verb: str, values: Mapping[str, Any], *, by: User, seen: int | None) -> Ticket:
    with locked(ticket, seen=seen, touches=tuple(values)) as row:
        before = {field: getattr(row, field) for field in values}
        if before == values:
            return row
        for field, value in values.items():
            setattr(row, field, value)
        return changed(row, verb, by=actor_of(by), before=before, after=values)
