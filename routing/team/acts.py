"""What people decide about a change of the team: draft → proposed → approved → in force; dropped before that.

Each decision is one transaction with its event; a decision made twice is made once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import actor_of, events_of, record
from people.models import ChannelManager, User
from routing.models import RosterChange
from routing.team import moves, notices, problems, rules, texts
from routing.team.reach import Reach, reach_of
from web import nudging

State, Kind = RosterChange.State, RosterChange.Kind
APPLY: Final = "routing.team.tasks.apply_change"


class Refused(Exception):  # noqa: N818 - an answer to a person, not a fault
    """It cannot be done; the text says why and what to do."""


def begin(
    kind: str,
    *,
    effective: date,
    by: User,
    manager: ChannelManager | None = None,
    person: Mapping[str, str] | None = None,
    given: Iterable[Mapping[str, Any]] = (),
    why: str = "",
) -> RosterChange:
    """A draft, with every rule of whoever leaves or gives territories away; nobody has taken them yet."""
    said = dict(person or {})
    region = manager.region if manager else said.get("region", "")
    change = RosterChange(kind=kind, manager=manager, person=said, effective=effective, region=region, why=why)
    change.moves = [dict(one) for one in given]
    if not change.moves and manager is not None and kind != Kind.JOINS:
        rows = rules.rules_of(manager, on=effective)
        change.moves = [{"rule": rules.id_of(row), "to": None} for row in rows]
    change.partner_text = texts.introduction(change)
    change.proposed_by = by
    with transaction.atomic():
        change.save()
        record(change, "drafted", by=actor_of(by), after={"kind": kind, "effective": effective.isoformat()})
    return change


def write(
    change: RosterChange,
    *,
    by: User,
    values: Mapping[str, Any],
    given: Sequence[Mapping[str, Any]],
    seen: int | None = None,
) -> None:
    """Keeps what the draft's page says; only while it is a draft, and over nobody's newer words."""
    with _locked(change, State.DRAFT) as row:
        _refuse_stale(row, seen)
        day = row.effective
        for name, value in values.items():
            setattr(row, name, value)
        row.partner_text = texts.on_another_day(row.partner_text, was=day, now=row.effective)
        row.moves = [dict(one) for one in given]
        row.save()
        record(row, "changed", by=actor_of(by), after={"rules": sum(bool(one["to"]) for one in row.moves)})


def propose(change: RosterChange, *, by: User) -> RosterChange:
    """The preview is right: a lead who is somebody else decides. What stays where it is falls off the list."""
    with _locked(change, State.DRAFT, done=State.PROPOSED) as row:
        if row.state == State.PROPOSED:
            return row
        moved, reach = _refuse_problems(row)
        row.moves = [one for one in _said(row, moved) if one["to"]]
        row.preview = reach.as_json() | {"rules": len(row.moves)}
        row.proposed_by, row.state = by, State.PROPOSED
        row.save()
        record(row, "proposed", by=actor_of(by), after=row.preview, why=row.why)
        notices.asked_for_approval(row)
        return row


def approve(change: RosterChange, *, by: User, seen: int | None = None) -> RosterChange:
    """By a lead who did not propose it; on its day, or now when that has come, a worker does it.

    `seen` is the version of the page that was read: what was proposed anew since is not approved unread.
    """
    if not by.leads:
        raise Refused(_("A lead approves a change of the team."))
    with _locked(change, State.PROPOSED, done=State.APPROVED) as row:
        if row.state == State.APPROVED:
            return row
        if row.proposed_by_id == by.pk:
            raise Refused(_("You proposed it. A second person approves it."))
        _refuse_stale(row, seen)
        _refuse_problems(row)
        row.approved_by, row.approved, row.state = by, timezone.now(), State.APPROVED
        row.save()
        record(row, "approved", by=actor_of(by), after={"effective": row.effective.isoformat()})
        if row.effective <= timezone.localdate():
            nudging.nudge(APPLY, row.pk)
        return row


def revise(change: RosterChange, *, by: User) -> RosterChange:
    """Back to a draft before it is in force: an approval holds only for what was approved."""
    with _locked(change, State.PROPOSED, State.APPROVED, done=State.DRAFT) as row:
        if row.state != State.DRAFT:
            row.state, row.approved_by, row.approved = State.DRAFT, None, None
            row.moves = [{"rule": one["rule"], "to": one["to"]} for one in row.moves]
            row.preview = {}
            row.save()
            record(row, "taken back to a draft", by=actor_of(by))
        return row


def drop(change: RosterChange, *, by: User, why: str = "") -> RosterChange:
    """Before it is in force nothing has happened yet; afterwards only another change takes it back."""
    with _locked(change, State.DRAFT, State.PROPOSED, State.APPROVED, done=State.DROPPED) as row:
        if row.state != State.DROPPED:
            row.state = State.DROPPED
            row.save()
            record(row, "dropped", by=actor_of(by), why=why.strip())
        return row


def reverse(change: RosterChange, *, by: User) -> RosterChange:
    """A draft that takes back what is in force: every rule it made goes to whom it was with."""
    if change.state != State.APPLIED:
        raise Refused(_("Only a change that is in force can be taken back."))
    back = {Kind.JOINS: Kind.LEAVES, Kind.LEAVES: Kind.JOINS}.get(Kind(change.kind), Kind.MOVES)
    done = [one for one in change.preview.get("done", []) if one["from"]]
    given = [{"rule": one["made"], "to": moves.JOINER if back == Kind.JOINS else one["from"]} for one in done]
    why = _("Takes back the change of %(day)s.") % {"day": change.effective.isoformat()}
    today = timezone.localdate()
    return begin(back, effective=today, by=by, manager=change.manager, given=given, why=why)


def version_of(change: RosterChange) -> int:
    """The newest event about it: what a page was filled from."""
    newest = events_of(change).last()
    return newest.pk if newest else 0


def _refuse_stale(row: RosterChange, seen: int | None) -> None:
    if seen is not None and seen != version_of(row):
        raise Refused(_("It has been changed since you opened it. Look at what it says now."))


def _refuse_problems(row: RosterChange) -> tuple[list[moves.Move], Reach]:
    """As the rules are now; what was read a week ago may not fit any more."""
    moved = moves.moves_of(row)
    reach = reach_of(row, moved)
    against = problems.of(row, moved, reach)
    if against:
        raise Refused(" ".join(against))
    return moved, reach


def _said(row: RosterChange, moved: Sequence[moves.Move]) -> list[dict[str, Any]]:
    """From whom each rule goes is kept too: a rule that went to somebody else meanwhile is not taken from them."""
    rest = [one for one in row.moves if one["rule"] == moves.REST]
    given = ({"rule": move.rule, "to": move.to_id or None, "from": move.old.pk if move.old else None} for move in moved)
    return [*given, *rest]


@contextmanager
def _locked(change: RosterChange, *states: str, done: str = "") -> Iterator[RosterChange]:
    with transaction.atomic():
        row = RosterChange.objects.select_for_update(of=("self",)).select_related("manager").get(pk=change.pk)
        if row.state not in {*states, done}:
            raise Refused(
                _("It is %(state)s by now. Look at what it says.") % {"state": row.get_state_display().lower()}
            )
        yield row
