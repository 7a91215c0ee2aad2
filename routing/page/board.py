"""What stands below the answer: the map, the areas by track, and the table with the same facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from people.models import ChannelManager
from routing import owners, places
from routing.models import Coverage, SubdivisionPart
from routing.owners import Candidate, Found, Where
from routing.page import matrix, tiles
from routing.page.matrix import Matrix
from routing.page.tiles import Holder, Map


@dataclass(frozen=True, kw_only=True)
class Board:
    map: Map
    matrices: Sequence[Matrix]
    rows: Sequence[Coverage]


def read(on: date) -> Board:
    rows = list(Coverage.objects.valid_on(on).select_related("manager"))
    return Board(
        map=tiles.draw(_by_state(rows, on)),
        matrices=matrix.draw(rows, places.groups(), ask=lambda country, track: _manager(country, track, on)),
        rows=rows,
    )


def _by_state(rows: Iterable[Coverage], on: date) -> dict[str, list[Holder]]:
    """Who the rules say for each state, those first whose rows come first in the roster."""
    by_id = {f"coverage:{row.pk}": row for row in rows}
    parts = {(part.place, part.slug): part for part in SubdivisionPart.objects.all()}
    answers = {
        code: _holders(owners.account_owner(Where(country="US", subdivision=code), on=on), by_id, parts)
        for code in places.states()
    }
    first = {row.place: row.position for row in reversed(list(by_id.values()))}
    return dict(sorted(answers.items(), key=lambda one: first.get(one[0], 0)))


def _holders(
    found: Found, rows: Mapping[str, Coverage], parts: Mapping[tuple[str, str], SubdivisionPart]
) -> list[Holder]:
    if found.manager is not None:
        return [Holder(manager=found.manager)]
    return [_holder(one, rows, parts) for one in found.candidates]


def _holder(
    candidate: Candidate, rows: Mapping[str, Coverage], parts: Mapping[tuple[str, str], SubdivisionPart]
) -> Holder:
    row = rows.get(candidate.because[-1].rule_id) if candidate.because else None
    part = parts.get((row.place, row.part)) if row else None
    return Holder(manager=candidate.manager, part=part.slug if part else "", part_name=part.name if part else "")


def _manager(country: str, track: str, on: date) -> ChannelManager | None:
    return owners.account_owner(Where(country=country, track=track), on=on).manager
