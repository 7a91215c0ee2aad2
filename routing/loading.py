"""Loads the published roster and the country groups it uses."""

from __future__ import annotations

from collections.abc import Iterator
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
    """One row for each place of a published line."""
    managers = {manager.name: manager for manager in ChannelManager.objects.all()}
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
