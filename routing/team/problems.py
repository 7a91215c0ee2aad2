"""What speaks against a change of the team, in sentences; while there is one, nobody can propose or apply it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.models import ChannelManager
from routing.models import RosterChange
from routing.team import moves
from routing.team.moves import Move
from routing.team.reach import Reach

State, Kind = RosterChange.State, RosterChange.Kind
LONG_AGO: Final = timedelta(days=31)  # what is told a month late is told; what is older is history
NAMED: Final = 5


def of(change: RosterChange, moved: Sequence[Move], reach: Reach) -> list[str]:
    """All of them at once; none when it may go on."""
    found = [*_of_person(change, moved, reach), *_of_day(change), *_of_moves(change, moved), *_of_others(change, moved)]
    if reach.unclaimed:
        words = ngettext(
            "%(names)s is with %(who)s in Salesforce and no rule says who is next. Say who takes such accounts.",
            "%(names)s are with %(who)s in Salesforce and no rule says who is next. Say who takes such accounts.",
            len(reach.unclaimed),
        )
        found.append(words % {"names": _names([str(one) for one in reach.unclaimed]), "who": change.manager})
    return found


def _of_person(change: RosterChange, moved: Sequence[Move], reach: Reach) -> Iterator[str]:
    """Who is set as gone in the directory can still hand over what they have."""
    has = moved or reach.accounts or reach.unclaimed or reach.tickets
    if change.kind == Kind.LEAVES:
        if change.manager is None:
            yield _("Say who leaves.")
        elif not change.manager.active and not has:
            yield _("%(name)s has left already, and nothing is left with them.") % {"name": change.manager}
    if change.kind == Kind.JOINS:
        joiner = moves.joiner_of(change)
        if joiner is None:
            yield _("Say who joins.")
        elif change.manager is None and ChannelManager.objects.filter(name__iexact=joiner.name).exists():
            yield _("There is a channel manager called %(name)s already. Choose them from the list.") % {
                "name": joiner.name
            }


def _of_day(change: RosterChange) -> Iterator[str]:
    if change.effective < timezone.localdate() - LONG_AGO:
        yield _("%(day)s is long ago. Choose a day of the last month or a later one.") % {"day": _day(change.effective)}


def _of_moves(change: RosterChange, moved: Sequence[Move]) -> Iterator[str]:
    without = [move.words for move in moved if move.row is not None and move.to is None]
    if change.kind == Kind.LEAVES and without:
        yield ngettext(
            "%(names)s has no successor.", "%(names)s have no successor.", len(without)
        ) % {"names": _names(without)}  # fmt: skip
    if change.kind == Kind.MOVES and not any(move.to for move in moved):
        yield _("Nothing moves yet: choose at least one place or rule and who takes it.")
    gone = [move.words for move in moved if move.row is None]
    if gone:
        yield _("These rules are gone: %(names)s. Take them off the list.") % {"names": _names(gone)}
    for move in moved:
        if move.row is not None and move.row.valid_to is not None and move.row.valid_to < change.effective:
            yield _("%(words)s ended on %(day)s: another rule took its place. Take it off the list.") % {
                "words": move.words,
                "day": _day(move.row.valid_to),
            }
    yield from _moved_meanwhile(change, moved)
    yield from _of_takers(change, moved)


def _moved_meanwhile(change: RosterChange, moved: Sequence[Move]) -> Iterator[str]:
    """Since it was proposed somebody gave the rule to another: this change was not asked about them."""
    before = {one["rule"]: one["from"] for one in change.moves if "from" in one}
    for move in moved:
        if move.row is not None and move.rule in before and before[move.rule] != (move.old.pk if move.old else None):
            yield _("%(words)s is with %(who)s by now. Take the change back to a draft and look at it again.") % {
                "words": move.words,
                "who": move.old or _("nobody"),
            }


def _of_takers(change: RosterChange, moved: Sequence[Move]) -> Iterator[str]:
    rest = moves.rest_of(change)
    takers = {str(one): one for one in [rest, *(move.to for move in moved)] if one is not None}
    for name, taker in sorted(takers.items()):
        if change.kind == Kind.LEAVES and taker == change.manager:
            yield _("%(name)s leaves and cannot be the successor.") % {"name": name}
        elif taker.pk and taker != moves.joiner_of(change) and not _here(taker, change.effective):
            yield _("%(name)s is not here any more on that day. Choose somebody else.") % {"name": name}
        elif taker.pk and (last := _leaves(change, taker)):
            yield _("%(name)s leaves on %(day)s. Choose somebody else.") % {"name": name, "day": _day(last)}


def _leaves(change: RosterChange, taker: ChannelManager) -> date | None:
    """From which day on they are gone, when another change says so that is proposed or approved."""
    waiting = RosterChange.objects.filter(state__in=[State.PROPOSED, State.APPROVED]).exclude(pk=change.pk)
    found = waiting.filter(kind=Kind.LEAVES, manager=taker, effective__lte=change.effective).first()
    return found.effective if found else None


def _of_others(change: RosterChange, moved: Sequence[Move]) -> Iterator[str]:
    """Another change that waits and has to do with the same rules or the same person."""
    mine = {move.rule for move in moved if move.to is not None}
    others = RosterChange.objects.filter(state__in=[State.PROPOSED, State.APPROVED]).exclude(pk=change.pk)
    for other in others.select_related("manager"):
        theirs = {one["rule"] for one in other.moves if one.get("to")} - {moves.REST}
        if mine & theirs:
            yield _("The change of %(day)s (%(what)s) moves some of the same rules. Wait for it or drop it.") % {
                "day": _day(other.effective),
                "what": other.get_kind_display(),
            }
        elif change.manager_id and other.manager_id == change.manager_id and Kind.LEAVES in {change.kind, other.kind}:
            yield _("Another change about %(name)s waits for %(day)s. Wait for it or drop it.") % {
                "name": change.manager,
                "day": _day(other.effective),
            }


def _here(manager: ChannelManager, day: date) -> bool:
    return manager.active and (manager.left is None or day <= manager.left)


def _names(names: Sequence[str]) -> str:
    first = ", ".join(names[:NAMED])
    more = len(names) - NAMED
    return _("%(first)s and %(more)s more") % {"first": first, "more": more} if more > 0 else first


def _day(day: date) -> str:
    return date_format(day, "j M Y")
