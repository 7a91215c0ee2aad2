"""Mapping workbooks for tests, in the layout of the real one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from people.models import ChannelManager
from routing.importing import exporting

Pairs = Sequence[tuple[str, str]]
JAY, LISA, MARIA = "Jay Bahar", "Lisa Cartagena", "Maria del Pilar Mejia"
FIRST: Mapping[str, Pairs] = {
    "us_pubsec": [("Harbor Public Sector LLC", MARIA)],
    "alliance": [("Cloudline Marketplace", LISA)],
    "segment": [
        ("Large-AMER-East-Northeast", JAY),
        ("Large-AMER-East-Named", "Look at Territory"),
        ("Large-AMER-West-PNW/MW", LISA),
    ],
    "territory": [("Large-AMER-East-Named-4", JAY), ("COM_MM_EMEA_SOUTH_TERR_3TBH", "TBH")],
    "gsi": [("Meridian GSI Consulting", MARIA)],
}


def managers(*names: str) -> dict[str, ChannelManager]:
    return {name: ChannelManager.objects.get_or_create(name=name)[0] for name in names or (JAY, LISA, MARIA)}


def book_of(blocks: Mapping[str, Pairs] | None = None, **changed: Pairs) -> bytes:
    """An .xlsx; `changed` replaces blocks of it."""
    said = {**(FIRST if blocks is None else blocks), **changed}
    return exporting.workbook_of({table: list(pairs) for table, pairs in said.items()})
