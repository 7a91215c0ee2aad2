"""What the pages of a change of the team show: its rows, whom it reaches, what speaks against it, what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from journal.models import Event
from journal.record import events_of
from people.models import ChannelManager, User
from routing import places
from routing.models import Coverage, RosterChange
from routing.team import errands, moves, problems, published, rules, texts
from routing.team.moves import Move
from routing.team.reach import Reach, Reached, reach_of
from tickets.models import Task

State, Kind = RosterChange.State, RosterChange.Kind
ROWS: Final = 300
SHOWN: Final = 100


@dataclass(frozen=True, kw_only=True)
class Addable:
    """A rule that could be taken over, with its name."""

    rule: str
    words: str
    where: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    change: RosterChange
    title: str
    moved: Sequence[Move]
    more: int  # rows that are not on the page
    rest: ChannelManager | None
    reach: Reach
    against: Sequence[str]
    sample: str
    accounts: Sequence[Reached]
    people: Sequence[ChannelManager]
    joiner: ChannelManager | None
    added_from: ChannelManager | None
    addable: Sequence[Addable]
    may_approve: bool
    seen: int  # what an approval is of
    events: Sequence[Event]
    after: dict[str, Any]

    @property
    def waits(self) -> bool:
        return self.change.state in {State.DRAFT, State.PROPOSED, State.APPROVED}


def shown(change: RosterChange, *, user: User, added_from: str = "") -> Shown:
    """As the rules are now while it waits; once in force, what it has done."""
    waits = change.state in {State.DRAFT, State.PROPOSED, State.APPROVED}
    moved = moves.moves_of(change) if waits else []
    reach = reach_of(change, moved) if waits else Reach()
    events = list(events_of(change).order_by("-pk")[:30])
    giver = _manager(added_from) if change.state == State.DRAFT else None
    return Shown(
        change=change,
        title=errands.title_of(change),
        moved=moved[:ROWS],
        more=max(0, len(moved) - ROWS),
        rest=moves.rest_of(change) if waits else None,
        reach=reach,
        against=problems.of(change, moved, reach) if waits else (),
        sample=_sample(change, reach),
        accounts=reach.accounts[:SHOWN],
        people=list(ChannelManager.objects.filter(active=True).order_by("name")) if waits else [],
        joiner=moves.joiner_of(change) if waits else None,
        added_from=giver,
        addable=_addable(change, giver, moved) if giver else (),
        may_approve=user.leads and user.pk != change.proposed_by_id,
        seen=events[0].pk if events else 0,
        events=events,
        after={} if waits else _after(change),
    )


def roster_after(change: RosterChange) -> str:
    """The published list as it will be from the day of the change on."""
    given = {move.row.pk: move.to for move in moves.moves_of(change) if isinstance(move.row, Coverage) and move.to}
    return published.markdown(max(change.effective, timezone.localdate()), given=given)


def _sample(change: RosterChange, reach: Reach) -> str:
    """The text as the first partner would read it."""
    if not reach.accounts or not change.partner_text.strip():
        return ""
    one = reach.accounts[0]
    return texts.for_partner(change.partner_text, partner=one.account.name, old=str(one.old or ""), new=str(one.new))


def _addable(change: RosterChange, giver: ChannelManager, moved: Sequence[Move]) -> list[Addable]:
    there, groups = {move.rule for move in moved}, places.groups()
    found = [(rules.id_of(row), row) for row in rules.rules_of(giver, on=change.effective)]
    return [
        Addable(rule=rule, words=rules.words_of(row, groups), where=rules.list_of(row))
        for rule, row in found
        if rule not in there
    ]


def _manager(text: str) -> ChannelManager | None:
    known = text.isascii() and text.isdigit() and len(text) < 19
    return ChannelManager.objects.filter(pk=int(text)).first() if known else None


def _after(change: RosterChange) -> dict[str, Any]:
    notes = change.hand_overs.select_related("account", "old", "new").order_by("account__name")
    return {
        "notes": list(notes[:SHOWN]),
        "count": change.preview.get("accounts", 0),
        "owners": list(change.ownership_changes.all()),
        "tasks": list(Task.objects.filter(key__startswith=f"roster-change:{change.pk}:").order_by("pk")),
    }
