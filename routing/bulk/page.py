"""What a change of many accounts shows: how far it is, from whom to whom, territories, and the lines that stand out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from routing.bulk import counting
from routing.bulk.counting import Group, Lines, Progress, State, Territory
from routing.models import OwnershipChange

LISTED: Final[dict[str, tuple[Promise, Promise, str]]] = {
    State.REFUSED: (_("Refused by Salesforce"), _("These can be tried again."), "red"),
    State.REJECTED: (_("Rejected lines"), _("Our own check holds them back; they are never sent."), "amber"),
    State.SKIPPED: (_("Left out"), _("They were not sent when the change was stopped."), ""),
    State.SAME: (_("Nothing to change"), _("Salesforce has it so already."), ""),
}


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Lines of one state, a page of them, with what they are called."""

    state: str
    title: Promise
    says: Promise
    tone: str
    count: int
    lines: Lines


@dataclass(frozen=True, kw_only=True)
class Many:
    """The parts of the page that a change of many accounts has."""

    progress: Progress
    groups: list[Group]
    territories: list[Territory]
    listed: list[Listed]


def of(change: OwnershipChange, asked: Mapping[str, str]) -> Many:
    """`?rejected=120` and the like go on behind that line; the number of statements does not grow with the rows."""
    progress = counting.progress_of(change)
    return Many(
        progress=progress,
        groups=counting.groups_of(change),
        territories=counting.territories_of(change),
        listed=[
            Listed(
                state=state,
                title=title,
                says=says,
                tone=tone,
                count=progress[state],
                lines=counting.lines_of(change, state=state, after=_line(asked.get(state, ""))),
            )
            for state, (title, says, tone) in LISTED.items()
            if progress[state]
        ],
    )


def _line(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
