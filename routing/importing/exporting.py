"""The mapping of a day in the workbook's own layout: what comes out goes in again and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import zip_longest
from typing import Final

from documents.tables import writing
from people.models import ChannelManager
from routing.importing import comparing, layout
from routing.importing.comparing import Current
from routing.importing.reading import TAB
from routing.keys import fiscal_year

CAM: Final = "CAM"
PLACES: Final = {layout.US_PUBSEC: 1, layout.ALLIANCE: 4, layout.SEGMENT: 7, layout.TERRITORY: 10, layout.GSI: 13}
HEADS: Final = {
    layout.US_PUBSEC: ("US PubSec", "Partner"),
    layout.ALLIANCE: ("Alliance", "Partner"),
    layout.SEGMENT: ("1. Segment", "[Deprecated] Owner Segment-Geo-Region-Area"),
    layout.TERRITORY: ("2. Territory", "Stamped Account Sales Territory"),
    layout.GSI: ("GSI lookup", "GSI Partner"),
}
Pairs = list[tuple[str, str]]


def workbook(on: date) -> bytes:
    """An .xlsx with the tab “Mapping Tables”."""
    return workbook_of(pairs(on))


def workbook_of(blocks: dict[str, Pairs]) -> bytes:
    places = PLACES.values()
    merged = [f"{layout.letter(at)}1:{layout.letter(at + 1)}1" for at in places]
    widths = {layout.letter(at): 42 for at in places} | {layout.letter(at + 1): 24 for at in places} | {"A": 3}
    return writing.workbook(grid(blocks), title=TAB, heads=2, merged=merged, widths=widths)


def separated(on: date) -> bytes:
    """A CSV of the same."""
    return writing.separated(grid(pairs(on)))


def file_name(on: date, ending: str) -> str:
    return f"cam-mapping-{fiscal_year(on)}-{on.isoformat()}.{ending}"


def pairs(on: date) -> dict[str, Pairs]:
    """What each block says on the day, in the order of the workbook it came with."""
    names = dict(ChannelManager.objects.values_list("pk", "name"))
    found: dict[str, list[Current]] = {table: [] for table in layout.TABLES}
    for (table, _key), rules in comparing.current(layout.TABLES, on).items():
        found[table] += rules
    for rules in found.values():
        rules.sort(key=lambda rule: (rule.row is None, rule.row or 0, rule.id))
    return {
        table: [(rule.key, names.get(rule.manager or 0, rule.result)) for rule in rules]
        for table, rules in found.items()
    }


def grid(blocks: dict[str, Pairs]) -> Iterator[list[str]]:
    """Rows across all blocks, two rows of heads first."""
    width = max(PLACES.values()) + 2
    groups, heads = [""] * width, [""] * width
    for table, at in PLACES.items():
        groups[at] = HEADS[table][0]
        heads[at], heads[at + 1] = HEADS[table][1], CAM
    yield groups
    yield heads
    for row in zip_longest(*(blocks.get(table, []) for table in PLACES), fillvalue=("", "")):
        cells = [""] * width
        for at, (key, result) in zip(PLACES.values(), row, strict=True):
            cells[at], cells[at + 1] = key, result
        yield cells
