"""What a change of many accounts adds to the page of every change: its territories and its files."""

from __future__ import annotations

from typing import Any

from django import template

from routing.bulk import counting
from routing.models import OwnershipChange

register = template.Library()
State = OwnershipChange.State
MOVING = frozenset({State.RUNNING, State.PAUSED})  # the page asks again every other second


@register.inclusion_tag("routing/bulk/parts.html")
def bulk_parts(change: OwnershipChange) -> dict[str, Any]:
    """Territories rest while a worker is at it; the files are there from the preview on."""
    territories = [] if change.state in MOVING else counting.territories_of(change)
    asked = sum(change.counts.get(state, 0) for state in counting.ASKED)
    return {"change": change, "territories": territories, "asked": asked, "done": change.counts.get("done", 0)}
