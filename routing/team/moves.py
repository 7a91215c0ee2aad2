"""What a change of the team moves: each rule from whom to whom, and who takes accounts no rule speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from people.models import ChannelManager
from routing import places
from routing.dating import AnyRule
from routing.models import Coverage, RosterChange
from routing.team import rules

Kind = RosterChange.Kind
JOINER: Final = "new"  # in place of an id: the one who joins and has no row yet
REST: Final = "accounts:rest"  # accounts the leaver owns in Salesforce although no rule gives them to anybody


@dataclass(frozen=True, kw_only=True)
class Move:
    """One rule; without `to` it stays where it is, or has no successor yet."""

    rule: str
    row: AnyRule | None
    words: str
    where: str
    old: ChannelManager | None
    to: ChannelManager | None

    @property
    def to_id(self) -> int | str:
        return "" if self.to is None else self.to.pk or JOINER

    @property
    def is_territory(self) -> bool:
        return isinstance(self.row, Coverage)


def moves_of(change: RosterChange) -> list[Move]:
    """In the order of the lists; somebody who leaves gives away every rule, whether it was written down here or not."""
    said = {one["rule"]: one.get("to") for one in change.moves if one["rule"] != REST}
    found = rules.read(said)
    if change.kind == Kind.LEAVES and change.manager and change.state != RosterChange.State.APPLIED:
        found = {rules.id_of(row): row for row in rules.rules_of(change.manager, on=change.effective)}
        said = {one: said.get(one) for one in found}
    people, groups = managers_of(change), places.groups()
    moves = [_move(one, found.get(one), person(change, to, people), groups) for one, to in said.items()]
    return sorted(moves, key=_in_order)


def rest_of(change: RosterChange) -> ChannelManager | None:
    """Who takes the accounts of a leaver that no rule speaks of."""
    to = next((one.get("to") for one in change.moves if one["rule"] == REST), None)
    return person(change, to, managers_of(change))


def managers_of(change: RosterChange) -> Mapping[int, ChannelManager]:
    """Everybody the moves name, in one statement."""
    ids = {one["to"] for one in change.moves if isinstance(one.get("to"), int)}
    return ChannelManager.objects.in_bulk(ids) if ids else {}


def joiner_of(change: RosterChange) -> ChannelManager | None:
    """Who joins: a row that is there, or one that is not saved yet."""
    if change.kind != Kind.JOINS:
        return None
    return change.manager or (ChannelManager(**change.person) if change.person.get("name") else None)


def person(change: RosterChange, to: Any, people: Mapping[int, ChannelManager]) -> ChannelManager | None:
    return joiner_of(change) if to == JOINER else people.get(to) if isinstance(to, int) else None


def _move(rule: str, row: AnyRule | None, to: ChannelManager | None, groups: Mapping[str, Any]) -> Move:
    if row is None:
        return Move(rule=rule, row=None, words=rule, where="", old=None, to=to)
    words, where = rules.words_of(row, groups), rules.list_of(row)
    return Move(rule=rule, row=row, words=words, where=where, old=row.manager, to=to)


def _in_order(move: Move) -> tuple[int, int, str]:
    table = list(rules.TABLES).index(move.rule.partition(":")[0]) if move.row else len(rules.TABLES)
    return table, getattr(move.row, "position", 0), move.words
