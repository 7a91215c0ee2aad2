"""Line by line: what may go into the mapping, and why the rest may not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _

from partners.dashboard import linking
from partners.dashboard.linking import Known
from routing.importing import layout
from routing.importing.naming import LOOK_AT_TERRITORY, TBH, Meant, Staff, is_tbh
from routing.importing.reading import Line
from routing.keys import folded

LONGEST_KEY: Final = 255
LONGEST_RESULT: Final = 120
PARTNER_TABLES: Final = frozenset({layout.US_PUBSEC, layout.ALLIANCE, layout.GSI})
Key = tuple[str, str]


class Row(NamedTuple):
    """A line that may be taken: by table and folded key, once."""

    table: str
    key: str
    folded: str
    result: str
    manager: int | None
    account: int | None
    row: int
    cell: str
    remark: str


class Rejected(NamedTuple):
    """`written` is the name a lead may explain; empty where nothing could be explained."""

    table: str
    key: str
    row: int
    cell: str
    value: str
    words: str
    written: str = ""

    def as_json(self) -> dict[str, Any]:
        return self._asdict()


@dataclass
class Checked:
    """`rejected_keys` stay as they are in the mapping: a line we could not read says nothing about them."""

    rows: dict[Key, Row] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    repeated: int = 0  # lines that say again what one above said
    rejected_keys: dict[Key, list[str]] = field(default_factory=lambda: defaultdict(list))  # with their cells

    def reject(self, line: Line, words: str, *, value: str = "", written: str = "") -> None:
        said = value or line.result
        self.rejected.append(Rejected(line.table, line.key[:255], line.row, line.cell, said[:255], words, written))
        if line.key:
            self.rejected_keys[line.table, folded(line.key)].append(line.cell)


def check(lines: Iterable[Line], *, on: date, names: Mapping[str, int] | None = None) -> Checked:
    """Five statements at most, however many lines there are."""
    lines = list(lines)
    staff = Staff(on=on, said=names or {})
    partners = linking.known() if any(line.table in PARTNER_TABLES for line in lines) else None
    found = Checked()
    said: dict[Key, list[tuple[Line, Meant]]] = defaultdict(list)
    for line in lines:
        if meant := _meant(line, staff, found):
            said[line.table, folded(line.key)].append((line, meant))
    for key, each in said.items():
        _take(key, each, partners, found)
    _refuse_two_names_of_one_partner(found)
    found.rejected.sort(key=lambda one: (one.row, one.cell))
    return found


def _meant(line: Line, staff: Staff, found: Checked) -> Meant | None:
    """What the line says; None when it was rejected."""
    if not line.key:
        found.reject(line, _("A manager stands here without a key beside it."))
    elif len(line.key) > LONGEST_KEY or len(line.result) > LONGEST_RESULT:
        long = line.key if len(line.key) > LONGEST_KEY else line.result
        found.reject(line, _("This is too long to be a key or a name."), value=long)
    elif not line.result:
        if is_tbh(line.key):
            return Meant(TBH)
        found.reject(line, _("Nobody stands beside this key."), value=line.key)
    else:
        return _said(line, staff.meant(line.result), found)
    return None


def _said(line: Line, meant: Meant, found: Checked) -> Meant | None:
    if meant.wrong:
        found.reject(line, meant.wrong, written=line.result if meant.unknown else "")
        return None
    if meant.result == LOOK_AT_TERRITORY and line.table != layout.SEGMENT:
        found.reject(line, _("Only a segment may say “Look at Territory”. Name a channel manager."))
        return None
    return meant


def _take(key: Key, each: list[tuple[Line, Meant]], partners: Known | None, found: Checked) -> None:
    """One line of each key; several that differ are all rejected, for nobody knows which one is meant."""
    first, meant = each[0]
    if any((other.manager, folded(other.result)) != (meant.manager, folded(meant.result)) for _line, other in each):
        cells = ", ".join(line.cell for line, _meant in each)
        for line, _meant in each:
            found.reject(line, _("“%(key)s” stands here with different managers: %(cells)s.") % _of(line, cells))
        return
    if key in found.rejected_keys:
        words = _("“%(key)s” stands once more, in a line that is rejected: %(cells)s.")
        words %= _of(first, ", ".join(found.rejected_keys[key]))
        for line, _meant in each:
            found.reject(line, words)
        return
    found.repeated += len(each) - 1
    written = first.result if meant.manager and folded(first.result) != folded(meant.result) else ""
    found.rows[key] = Row(
        table=key[0],
        key=first.key,
        folded=key[1],
        result=meant.result,
        manager=meant.manager,
        account=partners.account_of(first.key, first.key) if partners and key[0] in PARTNER_TABLES else None,
        row=first.row,
        cell=first.cell,
        remark=_("Written as “%(text)s”.") % {"text": written} if written else "",
    )


def _refuse_two_names_of_one_partner(found: Checked) -> None:
    """“Acme Inc.” and “Acme, Inc” with different managers."""
    by_account: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in found.rows.values():
        if row.account is not None:
            by_account[row.table, row.account].append(row)
    for each in by_account.values():
        if len({row.manager or folded(row.result) for row in each}) > 1:
            cells = ", ".join(row.cell for row in each)
            for row in each:
                del found.rows[row.table, row.folded]
                line = Line(row.table, row.key, row.result, row.row, row.cell)
                found.reject(line, _("This partner stands here with different managers: %(cells)s.") % _of(line, cells))


def _of(line: Line, cells: str) -> dict[str, str]:
    return {"key": line.key, "cells": cells}
