"""A change of the team comes into force: one transaction with everything that follows, so that it happens once.

A worker that dies on the way leaves it as it was; whoever comes next finds it approved and due, and does it whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from journal.record import Actor, actor_of, record
from routing import book, dating, history
from routing.models import Coverage, KeyRule, RosterChange
from routing.team import errands, hand_over, moves, notices, problems, reach
from routing.team.moves import Move
from routing.team.reach import Reach
from tickets.actions.core import changed, locked, named
from tickets.models import Ticket
from tickets.models.ticket import ACTIVE
from web import failpoints

State, Kind = RosterChange.State, RosterChange.Kind


class Blocked(Exception):  # noqa: N818 - what was approved does not fit what holds now
    """Why it could not come into force: sentences for people."""


def due() -> list[int]:
    """What has been approved and whose day has come."""
    rows = RosterChange.objects.filter(state=State.APPROVED, effective__lte=timezone.localdate())
    return list(rows.order_by("effective", "pk").values_list("pk", flat=True))


def apply(pk: int) -> bool:
    """True when it came into force now; what speaks against it is told to the leads, once."""
    try:
        with transaction.atomic():
            return _apply(pk)
    except (Blocked, history.Refused) as problem:
        _blocked(pk, str(problem))
        return False


def _apply(pk: int) -> bool:
    change = RosterChange.objects.select_for_update(of=("self",)).select_related("manager", "approved_by").get(pk=pk)
    if change.state != State.APPROVED or change.effective > timezone.localdate():
        return False
    by = actor_of(change.approved_by) if change.approved_by else Actor("Partner Help Desk")
    moved, reached = _looked_at(change)
    _welcome(change, by)
    moved = [move for move in moves.moves_of(change) if move.to is not None]
    reached = _with_rows(change, reached)
    done = [_move(change, move, by) for move in moved]
    failpoints.reach("team.rules-moved")
    _part(change, by)
    tickets = [_hand_ticket(change, one, reached, by) for one in reached.tickets]
    hand_over.write(change, reached)
    errands.ask(change, reached, by)
    notices.tell_managers(change, reached)
    _ends(change, reached, done=done, tickets=sum(tickets), by=by)
    return True


def _looked_at(change: RosterChange) -> tuple[list[Move], Reach]:
    """Before anything is moved: whom it reaches, and what speaks against it by now."""
    book.forget()
    moved = moves.moves_of(change)
    reached = reach.reach_of(change, moved)
    against = problems.of(change, moved, reached)
    if against:
        raise Blocked(" ".join(against))
    return moved, reached


def _welcome(change: RosterChange, by: Actor) -> None:
    """Who joins has a row from now on, and is active."""
    joiner = moves.joiner_of(change)
    if joiner is None:
        return
    before = {"active": joiner.active} if joiner.pk else {}
    joiner.active, joiner.left = True, None
    joiner.save()
    record(joiner, "joined", by=by, before=before, after={"active": True, "change": change.pk}, why=change.why)
    change.manager = joiner
    change.moves = [one | {"to": joiner.pk} if one.get("to") == moves.JOINER else one for one in change.moves]


def _with_rows(change: RosterChange, reached: Reach) -> Reach:
    """Whoever joined has a row now; what was looked at before names them without one."""
    joiner = change.manager
    if joiner is None:
        return reached
    accounts = [one if one.new.pk else replace(one, new=joiner) for one in reached.accounts]
    return replace(reached, accounts=accounts, by_account={one.account.pk: one for one in accounts})


def _move(change: RosterChange, move: Move, by: Actor) -> dict[str, Any]:
    """Ends the rule and makes its successor; what it was is kept, so that a reverse finds it."""
    row = move.row
    assert row is not None
    day = max(change.effective, row.valid_from)
    why = change.why or str(change)
    new: dating.AnyRule
    if isinstance(row, Coverage):
        new = history.change_coverage(row, manager=move.to, valid_from=day, by=by, why=why, change=change)
    elif isinstance(row, KeyRule):
        new = history.change_rule(row, manager=move.to, valid_from=day, by=by, why=why, change=change)
    else:
        new = history.change_rule(row, manager=move.to, valid_from=day, by=by, why=why, change=change)
    kind = move.rule.partition(":")[0]
    return {"rule": move.rule, "made": f"{kind}:{new.pk}", "from": move.old.pk if move.old else None}


def _part(change: RosterChange, by: Actor) -> None:
    """Who leaves is not asked for any more; their last day is the one before, where no earlier one is set."""
    manager = change.manager
    if change.kind != Kind.LEAVES or manager is None:
        return
    before = {"active": manager.active, "left": dating.iso(manager.left)}
    last = change.effective - timedelta(days=1)
    manager.active, manager.left = False, min(last, manager.left or last)
    manager.save(update_fields=["active", "left"])
    after = {"active": False, "left": dating.iso(manager.left), "change": change.pk}
    record(manager, "left", by=by, before=before, after=after, why=change.why)


def _hand_ticket(change: RosterChange, ticket: Ticket, reached: Reach, by: Actor) -> bool:
    """To the partner's new manager, or whom the rules name; without one to whoever takes the rest, else to nobody."""
    found = reached.by_account.get(ticket.partner_id or 0)
    new = found.new if found else reached.by_rules.get(ticket.partner_id or 0) or moves.rest_of(change)
    with locked(ticket) as row:
        if row.status not in ACTIVE or row.channel_manager_id != ticket.channel_manager_id:
            return False
        before, row.channel_manager = {"channel_manager": named(row.channel_manager)}, new
        after = {"channel_manager": named(new)}
        changed(row, "channel manager changed", by=by, before=before, after=after, why=change.why or str(change))
    return True


def _ends(change: RosterChange, reached: Reach, *, done: Sequence[dict[str, Any]], tickets: int, by: Actor) -> None:
    change.preview = reached.as_json() | {"rules": len(done), "tickets": tickets, "done": list(done)}
    change.state, change.applied = State.APPLIED, timezone.now()
    change.save()
    counts = {name: change.preview[name] for name in ("rules", "accounts", "owners", "tickets")}
    record(change, "put in force", by=by, after=counts, why=change.why)


def _blocked(pk: int, words: str) -> None:
    """It stays approved and is looked at again; the leads hear of each reason once."""
    with transaction.atomic():
        change = RosterChange.objects.select_for_update().get(pk=pk)
        if change.state != State.APPROVED or change.preview.get("blocked") == words:
            return
        change.preview = change.preview | {"blocked": words}
        change.save(update_fields=["preview"])
        record(change, "could not come into force", by=Actor("Partner Help Desk"), why=words)
        notices.blocked(change, words)
