"""What stands below the answer: the map, the areas by track, and the table with the same facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from weakref import WeakKeyDictionary

from django.db.models import Count, Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.models import ChannelManager
from routing import audit, owners, places
from routing.audit import Kind, Row
from routing.book import Book, book
from routing.keys import fiscal_year
from routing.models import Coverage, KeyRule, PartnerRule, SubdivisionPart, Track
from routing.owners import Candidate, Found, Where
from routing.page import matrix, tiles
from routing.page.matrix import Matrix
from routing.page.tiles import Holder, Map

Parts = Mapping[tuple[str, str], SubdivisionPart]
_drawn: WeakKeyDictionary[Book, Board] = WeakKeyDictionary()


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of the table with its mark."""

    row: Row

    @property
    def icon(self) -> str:
        if not self.row.kind:
            return ""
        return "circle-dashed" if self.row.kind == Kind.GAP else "layers-2"

    @property
    def track(self) -> str:
        return str(Track(self.row.track).label) if self.row.track in Track.values else self.row.track

    @property
    def leads_only(self) -> bool:
        """What puts it right is a form only leads may open."""
        return self.row.kind == Kind.GAP


@dataclass(frozen=True, kw_only=True)
class Board:
    map: Map
    matrices: Sequence[Matrix]
    lines: Sequence[Line]
    counts: Sequence[tuple[str, str]]  # “5 gaps” with the colour of its tag
    mapping: str
    problems_first: bool = True


def read(*, on: date | None = None, problems_first: bool = True) -> Board:
    """Drawn once for the rules of a day as they are; a change of a rule draws it anew."""
    rules = book(on or timezone.localdate())
    board = _drawn.get(rules)
    if board is None:
        board = _drawn[rules] = _draw(rules.on)
    return board if problems_first else replace(board, lines=sorted(board.lines, key=_by_area), problems_first=False)


def _draw(on: date) -> Board:
    rows = list(Coverage.objects.valid_on(on).select_related("manager"))
    cover = audit.coverage(on)
    return Board(
        map=tiles.draw(_by_state(rows, on)),
        matrices=matrix.draw(rows, places.groups(), ask=lambda country, track: _manager(country, track, on)),
        lines=[Line(row=row) for row in cover.rows],
        counts=_counts(cover),
        mapping=_mapping(on),
    )


def _by_area(line: Line) -> tuple[str, str]:
    return line.row.area.casefold(), line.row.track


def _counts(cover: audit.Coverage) -> list[tuple[str, str]]:
    said = (
        (ngettext("%d gap", "%d gaps", cover.gaps), cover.gaps, "red"),
        (ngettext("%d split", "%d splits", cover.splits), cover.splits, "amber"),
        (ngettext("%d overlap", "%d overlaps", cover.overlaps), cover.overlaps, "amber"),
    )
    return [(words % number, tone) for words, number, tone in said if number]


def _by_state(rows: Iterable[Coverage], on: date) -> dict[str, list[Holder]]:
    """Who the rules say for each state, those first whose rows come first in the roster."""
    by_id = {f"coverage:{row.pk}": row for row in rows}
    parts = {(part.place, part.slug): part for part in SubdivisionPart.objects.all()}
    answers = {
        code: _holders(owners.account_owner(Where(country=places.US, subdivision=code), on=on), by_id, parts)
        for code in places.states()
    }
    first = {row.place: row.position for row in reversed(list(by_id.values()))}
    return dict(sorted(answers.items(), key=lambda one: (len(one[1]) > 1, first.get(one[0], 0))))


def _holders(found: Found, rows: Mapping[str, Coverage], parts: Parts) -> list[Holder]:
    if found.manager is not None:
        return [Holder(manager=found.manager)]
    return [_holder(one, rows, parts) for one in found.candidates]


def _holder(candidate: Candidate, rows: Mapping[str, Coverage], parts: Parts) -> Holder:
    row = rows.get(candidate.because[-1].rule_id) if candidate.because else None
    part = parts.get((row.place, row.part)) if row else None
    return Holder(manager=candidate.manager, part=part.slug if part else "", part_name=part.name if part else "")


def _manager(country: str, track: str, on: date) -> ChannelManager | None:
    return owners.account_owner(Where(country=country, track=track), on=on).manager


def _mapping(on: date) -> str:
    """“Mapping FY23, in force since 1 Aug, 214 rows”."""
    found = [
        model.objects.valid_on(on).aggregate(n=Count("pk"), since=Max("valid_from")) for model in (KeyRule, PartnerRule)
    ]
    rows = sum(one["n"] for one in found)
    if not rows:
        return _("No mapping is imported: opportunities have no rules yet")
    since = max(one["since"] for one in found if one["since"])
    counted = ngettext("%d row", "%d rows", rows) % rows
    said = {"year": fiscal_year(since), "day": date_format(since, "j M Y"), "rows": counted}
    return _("Mapping %(year)s, in force since %(day)s, %(rows)s") % said
