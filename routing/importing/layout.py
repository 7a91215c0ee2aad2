"""Where the blocks of the mapping stand in a sheet: found by their heads, or where somebody says.

The workbook's own layout (handbook, “Channel Manager Opportunity Ownership”): US PubSec in columns B and C, Alliance
beside it, segment and territory in the middle, GSI at the far right. Heads may be merged, in two rows, worded freely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from documents.tables import Cells, Unfit, folded
from routing.models import KeyRule, PartnerRule

SEGMENT, TERRITORY = KeyRule.Table.SEGMENT.value, KeyRule.Table.TERRITORY.value
US_PUBSEC, ALLIANCE, GSI = (
    PartnerRule.Table.US_PUBSEC.value,
    PartnerRule.Table.ALLIANCE.value,
    PartnerRule.Table.GSI.value,
)
TABLES: Final = (US_PUBSEC, ALLIANCE, SEGMENT, TERRITORY, GSI)  # from the left to the right
LEFT_OUT: Final = "-"
LOOKED_AT: Final = 40
GROUP_ROWS: Final = 2
BY_HEAD, BY_PLACE, SAID = "head", "place", "said"

_KINDS: Final[Mapping[str, frozenset[str]]] = {
    US_PUBSEC: frozenset({"pubsec", "sec", "sector", "federal"}),
    ALLIANCE: frozenset({"alliance", "alliances"}),
    GSI: frozenset({"gsi", "gsis", "integrator", "integrators"}),
    SEGMENT: frozenset({"segment", "sgra"}),
    TERRITORY: frozenset({"territory", "territories"}),
}
_RESULT: Final = frozenset({"cam", "cams", "manager", "managers"})
_PARTNER: Final = frozenset({"partner", "partners", "account", "accounts", "company", "reseller"})
_BESIDE: Final = frozenset(
    {
        *("us", "pub", "public", "global", "system", "systems", "channel", "assigned", "non", "other"),
        *("deprecated", "owner", "user", "data", "geo", "region", "area", "stamped", "sales", "opp", "opportunity"),
        *("name", "names", "full", "field", "column", "lookup", "look", "up", "mapping", "table", "value", "key"),
        *("sfdc", "salesforce", "first", "second", "secondary", "primary", "by", "to", "for", "of", "the", "c"),
    }
)
_ANY: Final = frozenset().union(*_KINDS.values(), _RESULT, _PARTNER, _BESIDE)
_YEAR: Final = re.compile(r"(?:fy)?\d{2,4}")
_COLUMNS: Final = re.compile(r"\s*([A-Za-z]{1,2})\s*[:,;&+ -]+\s*([A-Za-z]{1,2})\s*")


@dataclass(frozen=True)
class Block:
    """`key` and `result` are columns counted from 0, `head` the number of the row its head stands in."""

    table: str
    key: int
    result: int
    head: int
    how: str = BY_HEAD
    sure: int = 0

    @property
    def columns(self) -> str:
        return f"{letter(self.key)}:{letter(self.result)}"


Rows = Sequence[tuple[int, Cells]]


def blocks(rows: Rows, said: Mapping[str, str]) -> dict[str, Block]:
    """By table. `said` puts a block where it is said to be (“B:C”), or leaves it out (“-”)."""
    found = _by_their_places(_found(rows))
    last = max((block.head for block in found.values()), default=0)
    for table in TABLES:
        text = said.get(table, "").strip()
        if text == LEFT_OUT:
            found.pop(table, None)
        elif text:
            key, result = columns_of(text)
            known = found.get(table)
            found[table] = Block(table, key, result, known.head if known else last, SAID)
    return found


def columns_of(text: str) -> tuple[int, int]:
    """“B:C” → 1, 2."""
    match = _COLUMNS.fullmatch(text)
    if match is None or match[1].upper() == match[2].upper():
        raise Unfit(_("“%(text)s” names no two columns. Write them as B:C.") % {"text": text[:40]})
    return _number(match[1]), _number(match[2])


def letter(column: int) -> str:
    """0 → A, 27 → AB."""
    front, last = divmod(column, 26)
    return (letter(front - 1) if front else "") + chr(ord("A") + last)


def is_head(key: str, result: str) -> bool:
    """The head once more, as on every page of a printed sheet."""
    return bool(key) and _is_result(_words(result)) and _is_key(_words(key))


def _number(letters: str) -> int:
    number = 0
    for sign in letters.upper():
        number = number * 26 + ord(sign) - ord("A") + 1
    return number - 1


def _found(rows: Rows) -> dict[str, list[Block]]:
    """Every place that may be a block's; those that say no kind of their own under ""."""
    found: dict[str, list[Block]] = {}
    for at in range(min(len(rows), LOOKED_AT)):
        for block in _in_row(rows, at):
            found.setdefault(block.table, []).append(block)
    return found


def _in_row(rows: Rows, at: int) -> Iterator[Block]:
    number, cells = rows[at]
    words = [_words(cell) for cell in cells]
    keys = [place for place, said in enumerate(words) if _is_key(said)]
    for place, following in zip(keys, [*keys, len(cells)][1:], strict=True):
        own = _kind(words[place])
        result = next((one for one in range(place + 1, following) if _is_result(words[one])), None)
        kind = own or _group(rows, at, place)
        if result is not None and (kind or words[place] & _PARTNER):
            yield Block(kind, place, result, number, sure=2)
        elif own and result is None and not (place + 1 < len(cells) and cells[place + 1]):
            yield Block(own, place, place + 1, number, sure=1)  # its head is merged over both columns


def _by_their_places(found: Mapping[str, list[Block]]) -> dict[str, Block]:
    """The surest of each kind; partner blocks that nothing names are what stands at their place in the layout."""
    best = {table: max(each, key=lambda one: one.sure) for table, each in found.items() if table}
    middle = best[SEGMENT].key if SEGMENT in best else None
    missing = [table for table in (US_PUBSEC, ALLIANCE) if table not in best]
    for block in sorted(found.get("", ()), key=lambda one: one.key):
        right = middle is not None and block.key > middle
        table = (GSI if GSI not in best else "") if right else (missing.pop(0) if missing else "")
        if table:
            best[table] = Block(table, block.key, block.result, block.head, BY_PLACE, block.sure)
    return best


def _group(rows: Rows, at: int, place: int) -> str:
    """What stands above it, merged across."""
    for number in range(at - 1, max(at - 1 - GROUP_ROWS, -1), -1):
        cells = rows[number][1][: place + 1]
        above = next((cell for cell in reversed(cells) if cell), "")
        if kind := _kind(_words(above)):
            return kind
    return ""


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in folded(text.replace("_", " ")).split() if not _YEAR.fullmatch(word))


def _kind(words: frozenset[str]) -> str:
    if {"geo", "region"} <= words:
        return SEGMENT
    return next((table for table, named in _KINDS.items() if words & named), "")


def _is_result(words: frozenset[str]) -> bool:
    return (bool(words & _RESULT) and words <= _ANY) or words == {"owner"}


def _is_key(words: frozenset[str]) -> bool:
    """It names a kind or a partner, in words that heads use: “Look at Territory” is no head."""
    return words <= _ANY and not words & _RESULT and bool(_kind(words) or words & _PARTNER or words & {"value", "key"})
