"""What a file would change in the mapping that holds on a day: added, changed, removed, the same."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from routing.importing import layout
from routing.importing.checking import Checked, Key, Rejected, Row
from routing.keys import folded
from routing.models import KeyRule, PartnerRule

KEY_TABLES: Final = frozenset({layout.SEGMENT, layout.TERRITORY})


class Current(NamedTuple):
    """A row of the mapping as it holds on the day."""

    id: int
    table: str
    key: str
    folded: str
    result: str
    manager: int | None
    row: int | None
    fiscal_year: str
    valid_from: date
    valid_to: date | None
    ended_by: int | None  # the import that has ended it already, for a later day

    @property
    def says(self) -> int | str:
        return self.manager or folded(self.result)


@dataclass
class Difference:
    """`renewed` are those of `same` that carry another year's label: they begin anew under the new one."""

    added: list[Row] = field(default_factory=list)
    changed: list[tuple[Current, Row]] = field(default_factory=list)
    removed: list[Current] = field(default_factory=list)
    same: list[tuple[Current, Row]] = field(default_factory=list)
    renewed: list[tuple[Current, Row]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    repeated: int = 0

    @property
    def counts(self) -> dict[str, int]:
        names = ("added", "changed", "removed", "same", "rejected")
        return {name: len(getattr(self, name)) for name in names} | {"repeated": self.repeated}

    @property
    def is_nothing(self) -> bool:
        return not (self.added or self.changed or self.removed or self.renewed)

    def digest(self) -> str:
        """Changes when anything about it does: what somebody saw is what is confirmed."""
        parts: list[Any] = [self.added, self.changed, self.removed, self.renewed, self.rejected]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def compare(checked: Checked, tables: Iterable[str], *, on: date, fiscal_year: str) -> Difference:
    """Only the blocks of the file are looked at; two statements."""
    now = current(tables, on)
    found = Difference(rejected=checked.rejected, repeated=checked.repeated)
    for key, row in checked.rows.items():
        rules = now.pop(key, [])
        alike = next((rule for rule in rules if rule.says == (row.manager or folded(row.result))), None)
        kept = alike or (rules[0] if rules else None)
        found.removed += [rule for rule in rules if rule is not kept]  # said twice until now
        if kept is None:
            found.added.append(row)
        elif alike is None:
            found.changed.append((kept, row))
        else:
            found.same.append((kept, row))
    found.removed += [rule for key, rules in now.items() if key not in checked.rejected_keys for rule in rules]
    found.renewed = [(rule, row) for rule, row in found.same if rule.fiscal_year != fiscal_year]
    _in_order(found)
    return found


def current(tables: Iterable[str], on: date) -> dict[Key, list[Current]]:
    found: dict[Key, list[Current]] = defaultdict(list)
    wanted = set(tables)
    for model, of_model, key in ((KeyRule, KEY_TABLES, "key"), (PartnerRule, wanted - KEY_TABLES, "partner_name")):
        if not wanted & of_model:
            continue
        rows = model.objects.valid_on(on).filter(table__in=wanted & of_model).order_by("valid_from", "id")
        for values in rows.values_list(
            *("id", "table", key, "folded", "result", "manager_id"),
            *("row", "fiscal_year", "valid_from", "valid_to", "ended_by_id"),
        ).iterator(chunk_size=5000):
            rule = Current(*values)
            found[rule.table, rule.folded].append(rule)
    return found


def _in_order(found: Difference) -> None:
    """By block as they stand in the sheet, then by row; what is removed by its key."""
    places: Mapping[str, int] = {table: at for at, table in enumerate(layout.TABLES)}
    found.added.sort(key=lambda row: (places[row.table], row.row))
    for pairs in (found.changed, found.same, found.renewed):
        pairs.sort(key=lambda pair: (places[pair[1].table], pair[1].row))
    found.removed.sort(key=lambda rule: (places[rule.table], rule.folded, rule.id))
