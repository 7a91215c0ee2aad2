"""Changes of the team by where they stand: what waits, what is coming, what has been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from routing.models import RosterChange
from routing.team import errands

State = RosterChange.State
MOST: Final = 100


@dataclass(frozen=True, kw_only=True)
class Row:
    change: RosterChange
    title: str

    @property
    def counts(self) -> dict[str, int]:
        return {name: self.change.preview.get(name, 0) for name in ("rules", "accounts", "tickets")}


@dataclass(frozen=True, kw_only=True)
class Group:
    slug: str
    title: str
    rows: Sequence[Row]


def read() -> list[Group]:
    """One statement; groups without a change are left out."""
    found = list(RosterChange.objects.select_related("manager", "proposed_by")[:MOST])
    groups = (
        ("waiting", _("Waiting for approval"), {State.PROPOSED}),
        ("drafts", _("Drafts"), {State.DRAFT}),
        ("coming", _("Approved, waiting for their day"), {State.APPROVED}),
        ("done", _("In force"), {State.APPLIED}),
        ("dropped", _("Dropped"), {State.DROPPED}),
    )
    listed = [
        Group(
            slug=slug,
            title=title,
            rows=[Row(change=one, title=errands.title_of(one)) for one in found if one.state in states],
        )
        for slug, title, states in groups
    ]
    return [group for group in listed if group.rows]
