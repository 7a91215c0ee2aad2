"""Loads the published roster and the country groups it uses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from people.models import ChannelManager
from routing.models import CountryGroup, RosterEntry, RosterFinding
from web import datafiles
from web.datafiles import Loaded, Row

DATA = Path(__file__).parent / "data"


def load() -> list[Loaded]:
    """Safe to call again; wants the channel managers loaded."""
    roster = datafiles.read(DATA / "roster.toml")
    groups = datafiles.read(DATA / "areas.toml")["group"]
    return [
        datafiles.load(CountryGroup, groups, key=["key"], what=_("Country groups")),
        datafiles.load(RosterEntry, _entries(roster), key=["section", "area", "valid_from"], what=_("Roster")),
        datafiles.load(RosterFinding, roster["finding"], key=["section", "says"], what=_("Open points of the roster")),
    ]


def _entries(roster: dict[str, Any]) -> Iterator[Row]:
    managers = {manager.name: manager for manager in ChannelManager.objects.all()}
    position = 0
    for section in roster["section"]:
        for row in section["rows"]:
            position += 10
            yield {
                "section": section["slug"],
                "section_title": section["title"],
                "track": section.get("track", ""),
                "public_sector": section.get("public_sector", False),
                "remark": "",
                "position": position,
                "valid_from": roster["valid_from"],
                **row,
                "manager": managers.get(row.get("manager", "")),
            }
