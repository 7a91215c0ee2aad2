"""Loads the published roster and the country groups it uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from people.models import ChannelManager
from routing import forgetting
from routing.models import GROUP, CountryGroup, Coverage, PrecedenceStep, SubdivisionPart
from web import datafiles
from web.datafiles import Loaded, Row

DATA = Path(__file__).parent / "data"
KEY = ["section", "area", "place", "part", "valid_from"]
SAME = ["place", "part", "track", "public_sector"]  # two rows that agree in it say who it is of one thing


def load() -> list[Loaded]:
    """Safe to call again; wants the channel managers loaded."""
    roster = datafiles.read(DATA / "roster.toml")
    areas = datafiles.read(DATA / "areas.toml")
    loaded = [
        datafiles.load(CountryGroup, areas["group"], key=["key"], what=_("Country groups")),
        datafiles.load(SubdivisionPart, areas["part"], key=["place", "slug"], what=_("Parts of states")),
        datafiles.load(PrecedenceStep, areas["precedence"], key=["table"], what=_("Precedence")),
        datafiles.load(Coverage, _coverage(roster), key=KEY, what=_("Roster")),
    ]
    forgetting.forget()
    return loaded


def _coverage(roster: dict[str, Any]) -> Iterator[Row]:
    """What the file says, save lines of somebody who is called otherwise here by now, and places a person has added."""
    managers = {manager.name: manager for manager in ChannelManager.objects.all()}
    there: dict[tuple[Any, ...], set[tuple[Any, ...]]] = defaultdict(set)
    for one in Coverage.objects.exclude(valid_to__lt=roster["valid_from"]).values(*SAME, *KEY):
        there[_of(one, SAME)].add(_of(one, KEY))
    for row in _rows(roster, managers):
        nameless = row["manager"] is None and not row["remark"]
        known = there.get(_of(row, SAME))
        if not nameless and (not known or _of(row, KEY) in known):
            yield row


def _of(row: Row, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def _rows(roster: dict[str, Any], managers: dict[str, ChannelManager]) -> Iterator[Row]:
    """One row for each place of a published line."""
    position = 0
    for section in roster["section"]:
        for line in section["rows"]:
            position += 10
            for code in line["codes"]:
                place, _colon, part = code.partition(":") if not code.startswith(GROUP) else (code, "", "")
                yield {
                    "section": section["slug"],
                    "section_title": section["title"],
                    "area": line["area"],
                    "place": place,
                    "part": part,
                    "track": line.get("track", section.get("track", "")),
                    "public_sector": section.get("public_sector", False),
                    "manager": managers.get(line.get("manager", "")),
                    "remark": line.get("remark", ""),
                    "source": line["source"],
                    "position": position,
                    "fiscal_year": roster["fiscal_year"],
                    "valid_from": roster["valid_from"],
                }
