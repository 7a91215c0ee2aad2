"""Where partners are, as the rules understand it: counted by place and track, with a few of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from routing.audit.grouped import Group
from routing.book import Part


@dataclass(frozen=True, kw_only=True)
class Here:
    count: int
    ids: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Located:
    """`groups` are those of a place, a code of a country or a state."""

    groups: Mapping[str, Sequence[Group]] = field(default_factory=dict)

    def at(self, codes: Iterable[str], track: str, *, part: Part | None = None) -> Here:
        """Partners in these places, or in a part of one; with a track those of it."""
        groups = [one for code in codes for one in self.groups.get(code, ()) if track in {"", one.track}]
        groups = [one for one in groups if part is None or part.holds(one.postal_code.strip())]
        return Here(count=sum(one.count for one in groups), ids=few(groups))


def by_place(groups: Iterable[Group]) -> Located:
    """Those of the US public sector go by partner, not by place."""
    found: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        if group.public_sector is not True and group.place:
            found[group.place].append(group)
    return Located(groups=dict(found))


def few(groups: Iterable[Group]) -> list[int]:
    """Some of them, those that came first."""
    return sorted(pk for group in groups for pk in group.ids)[:4]
