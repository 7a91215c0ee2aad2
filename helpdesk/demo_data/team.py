"""The demo's change of the team: a draft that a specialist may propose and a lead approve."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import timezone

from people.models import ChannelManager, User
from routing.models import RosterChange
from routing.team import acts, moves

AHEAD: Final = timedelta(days=12)


def load(*, by: User) -> RosterChange:
    """Joel Whitaker leaves and Dana Lindholm takes over what he has; wants the directory loaded."""
    leaver = ChannelManager.objects.get(name="Joel Whitaker")
    to = ChannelManager.objects.get(name="Dana Lindholm")
    day = timezone.localdate() + AHEAD
    change = acts.begin(
        RosterChange.Kind.LEAVES, effective=day, by=by, manager=leaver, why="Joel moves to the Alliance team"
    )
    given = [*change.moves, {"rule": moves.REST, "to": None}]
    acts.write(change, by=by, values={}, given=[one | {"to": to.pk} for one in given])
    return change
