"""The table of coverage: every area with its manager; what is wrong stands first and says what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from routing import places
from routing.models import Coverage, Track
from routing.page import fixing

US: Final = f"{places.US}-"


@dataclass(frozen=True, kw_only=True)
class Line:
    """An area of one track; `kind` of a finding, empty where all is well."""

    area: str
    track: str
    manager: str
    finding: str
    more: str = ""
    kind: str = ""
    tone: str = ""
    icon: str = ""
    url: str = ""
    act: str = ""


def of_rows(rows: Sequence[Coverage]) -> list[Line]:
    """The rows again as they are published, states of one manager in one line."""
    together: dict[tuple[str, str, int | None, str], list[Coverage]] = {}
    for row in sorted(rows, key=lambda one: (one.position, one.pk)):
        together.setdefault((row.section, row.area, row.manager_id, row.track), []).append(row)
    return [_line(found) for found in together.values()]


def _line(rows: Sequence[Coverage]) -> Line:
    row = rows[0]
    states = [one for one in rows if one.place.startswith(US)]
    since = date_format(max(one.valid_from for one in rows), "j M Y")
    return Line(
        area=_states(states) if states else row.area,
        more=row.section_title if row.public_sector else "",
        track=str(Track(row.track).label) if row.track else "",
        manager=str(row.manager or row.remark),
        finding=_("since %(day)s") % {"day": since},
        url=fixing.of_rule(f"coverage:{row.pk}") if len(rows) == 1 else "",
        act=_("Rule") if len(rows) == 1 else "",
    )


def _states(rows: Iterable[Coverage]) -> str:
    """“CT, MA, PA (eastern)”."""
    names = (row.place.removeprefix(US) + (f" ({row.part})" if row.part else "") for row in rows)
    return ", ".join(names)
