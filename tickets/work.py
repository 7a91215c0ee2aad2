"""Work for somebody who does not answer tickets: asked for once, ticked off item by item, finished or not needed.

Each verb locks the task, changes it and writes one event, in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import DESK, Actor, actor_of, record
from people.models import User
from tickets import hooks, task_notices
from tickets.actions import Refused
from tickets.models import Task, Ticket

MOST_WORDS: Final = 300
State = Task.State


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to tick, and where it is done."""

    words: str
    link: str = ""


def ask_for(
    *,
    key: str,
    team: str,
    title: str,
    body: str = "",
    items: Sequence[Item] = (),
    region: str = "",
    due: date | None = None,
    address: str = "",
    ticket: Ticket | None = None,
    by: Actor = DESK,
) -> Task:
    """The task of that key; asking again changes nothing. Who is to do it gets a mail from the same transaction."""
    listed = [{"words": one.words[:MOST_WORDS], "link": one.link, "done": None} for one in items]
    values = {
        "team": team,
        "title": title[:200],
        "body": body,
        "items": listed,
        "region": region,
        "due": due,
        "address": address,
        "ticket": ticket,
    }
    with transaction.atomic():
        task, new = Task.objects.get_or_create(key=key, defaults=values)
        if new:
            record(task, "asked for it", by=by, after={"title": task.title, "team": team, "region": region})
            task_notices.asked_for(task)
    return task


def tick(task: Task, index: int, *, by: User, done: bool = True) -> Task:
    """Marks one item as done, with who and when; `done` false takes the tick back. Twice is once."""
    with _locked(task) as row:
        if row.state != State.OPEN:
            raise Refused(_("The task is no longer open. Open it again to change its list."))
        if not 0 <= index < len(row.items):
            raise Refused(_("There is no such line in the list any more."))
        item = row.items[index]
        if bool(item["done"]) != done:
            item["done"] = {"by": str(by), "at": timezone.now().isoformat()} if done else None
            _changed(row, "ticked" if done else "took back a tick", by=by, after={"item": item["words"]})
        return row


def finish(task: Task, *, by: User) -> Task:
    """Only when every line is ticked; a task that is not needed is dropped with a reason."""
    with _locked(task) as row:
        left = sum(not item["done"] for item in row.items)
        if row.state == State.OPEN and left:
            words = _("%(left)s of %(all)s lines are not ticked. Tick them first, or say why the task is not needed.")
            raise Refused(words % {"left": left, "all": len(row.items)})
        return _end(row, State.DONE, verb="finished", by=by)


def drop(task: Task, *, by: User, why: str) -> Task:
    """Not needed, and why."""
    if not why.strip():
        raise Refused(_("Say why it is not needed."))
    with _locked(task) as row:
        return _end(row, State.DROPPED, verb="dropped", by=by, why=why.strip())


def reopen(task: Task, *, by: User) -> Task:
    """Takes a finish or a drop back; the ticks stay."""
    with _locked(task) as row:
        if row.state != State.OPEN:
            before = {"state": row.state}
            row.state, row.finished, row.finished_by = State.OPEN, None, None
            _changed(row, "opened again", by=by, before=before, after={"state": row.state})
        return row


def assign(task: Task, to: User | None, *, by: User) -> Task:
    """Who does it; nobody gives it back. Whoever is given one by somebody else gets a mail."""
    with _locked(task) as row:
        if row.state != State.OPEN:
            raise Refused(_("The task is no longer open."))
        if to is not None and not (to.is_active and to.on_desk):
            raise Refused(_("Only somebody of the desk can take a task."))
        before = {"assignee": str(row.assignee or "")}
        if row.assignee != to:
            row.assignee = to
            _changed(row, "assigned", by=by, before=before, after={"assignee": str(to or "")})
            if to is not None and to != by:
                task_notices.given_to(row, to)
        return row


@contextmanager
def _locked(task: Task) -> Iterator[Task]:
    with transaction.atomic():
        yield Task.objects.select_for_update(of=("self",)).select_related("assignee").get(pk=task.pk)


def _end(row: Task, state: str, *, verb: str, by: User, why: str = "") -> Task:
    if row.state == state:
        return row
    if row.state != State.OPEN:
        raise Refused(_("Somebody has ended this task already."))
    row.state, row.finished, row.finished_by = state, timezone.now(), by
    _changed(row, verb, by=by, before={"state": State.OPEN}, after={"state": state}, why=why)
    if row.ticket is not None:
        hooks.procedure_hears(row.ticket, "task")
    return row


def _changed(
    row: Task,
    verb: str,
    *,
    by: User,
    after: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
    why: str = "",
) -> None:
    row.save()
    record(row, verb, by=actor_of(by), before=before, after=after, why=why)
