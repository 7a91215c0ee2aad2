"""An import as its page reads it: what it would change, or what it changed, group by group."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.models import ChannelManager
from routing.importing import acts, layout
from routing.importing.applying import MODELS
from routing.importing.checking import Rejected
from routing.importing.comparing import Difference
from routing.importing.listing import TITLES
from routing.importing.naming import Staff, plain
from routing.keys import folded
from routing.models import MappingImport

SHOWN: Final = 100
NAMES_SHOWN: Final = 30


class Change(NamedTuple):
    """A key before and after; empty where it was not, or is not any more."""

    table: str
    key: str
    before: str
    after: str
    row: int | None
    cell: str = ""
    remark: str = ""

    @property
    def block(self) -> Promise:
        return TITLES[self.table]


@dataclass(frozen=True, kw_only=True)
class Group:
    slug: str
    title: Promise
    tone: str
    changes: Sequence[Change]

    @property
    def shown(self) -> Sequence[Change]:
        return self.changes[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.changes) - SHOWN)


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """A name of the file that no manager has, or that a lead has explained; `near` may be meant."""

    written: str
    lines: int
    near: Sequence[ChannelManager] = ()
    explained: ChannelManager | None = None


@dataclass(frozen=True, kw_only=True)
class Shown:
    change: MappingImport
    groups: list[Group]
    rejected: Sequence[Rejected]
    unknown: list[Unknown] = field(default_factory=list)
    same: int = 0
    renewed: int = 0
    repeated: int = 0
    digest: str = ""
    why_not_undo: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """As they are now: of a prepared one since somebody may have changed the mapping."""
        now = {group.slug: len(group.changes) for group in self.groups} | {"same": self.same}
        return {**dict.fromkeys(self.change.counts, 0), **now, "rejected": len(self.rejected)}

    @property
    def blocks(self) -> list[tuple[Promise, str, str]]:
        """Title, columns, and how they were found; from the left to the right."""
        found = self.change.columns.get("blocks", {})
        return [
            (TITLES[table], found[table]["columns"], found[table]["how"]) for table in layout.TABLES if table in found
        ]

    @property
    def missing(self) -> list[Promise]:
        return [title for table, title in TITLES.items() if table not in self.change.columns.get("blocks", {})]

    @property
    def rejected_shown(self) -> Sequence[Rejected]:
        return self.rejected[:SHOWN]

    @property
    def rejected_more(self) -> int:
        return max(0, len(self.rejected) - SHOWN)

    @property
    def is_nothing(self) -> bool:
        return not self.groups and not self.renewed


def of(change: MappingImport) -> Shown:
    """Prepared: against the mapping as it is now. Confirmed: what it made and what it ended."""
    if change.state == MappingImport.State.PREPARED:
        return _of_prepared(change)
    if change.state == MappingImport.State.APPLIED:
        return _of_applied(change)
    return Shown(change=change, groups=[], rejected=_kept(change))


def _of_prepared(change: MappingImport) -> Shown:
    found = acts.compared(change)
    return Shown(
        change=change,
        groups=_groups(*_differences(found)),
        rejected=found.rejected,
        unknown=_unknown(change, found.rejected),
        same=len(found.same),
        renewed=len(found.renewed),
        repeated=found.repeated,
        digest=found.digest(),
    )


def _differences(found: Difference) -> tuple[list[Change], list[Change], list[Change]]:
    names = _names()
    changed = [
        Change(row.table, row.key, names.get(rule.manager or 0, rule.result), row.result, row.row, row.cell, row.remark)
        for rule, row in found.changed
    ]
    added = [Change(row.table, row.key, "", row.result, row.row, row.cell, row.remark) for row in found.added]
    removed = [
        Change(rule.table, rule.key, names.get(rule.manager or 0, rule.result), "", rule.row) for rule in found.removed
    ]
    return changed, added, removed


def _of_applied(change: MappingImport) -> Shown:
    """From the rows themselves: those it made beside those it ended, by their keys."""
    before, after = _before(change), _after(change)
    changed, added, removed, renewed = [], [], [], 0
    for key, now in after.items():
        was = before.pop(key, None)
        if was is None:
            added.append(now)
        elif folded(was.before) != folded(now.after):
            changed.append(now._replace(before=was.before))
        else:
            renewed += 1
    removed = list(before.values())
    return Shown(
        change=change,
        groups=_groups(changed, added, removed),
        rejected=_kept(change),
        same=change.counts.get("same", 0),
        renewed=renewed,
        repeated=change.counts.get("repeated", 0),
        why_not_undo=acts.why_not_undo(change),
    )


def _after(change: MappingImport) -> dict[tuple[str, str], Change]:
    found = {}
    for name, model in MODELS.items():
        rows = model.objects.filter(source=change).order_by("table", "row", "id")
        key = _key_of(name)
        for table, text, fold, result, manager, row, cell, remark in rows.values_list(
            *("table", key, "folded", "result", "manager__name", "row", "cell", "remark")
        ):
            found[table, fold] = Change(table, text, "", manager or result, row, cell, remark)
    return found


def _before(change: MappingImport) -> dict[tuple[str, str], Change]:
    found = {}
    for name, model in MODELS.items():
        rows = model.objects.filter(ended_by=change).order_by("table", "folded", "id")
        for table, text, fold, result, manager, row in rows.values_list(
            *("table", _key_of(name), "folded", "result", "manager__name", "row")
        ):
            found[table, fold] = Change(table, text, manager or result, "", row)
    names = _names()
    for name, kept in change.columns.get("undo", {}).get("replaced", {}).items():
        for one in kept:
            said: Mapping[str, Any] = one["fields"]
            was = names.get(said["manager"] or 0, said["result"])
            found[said["table"], said["folded"]] = Change(said["table"], said[_key_of(name)], was, "", said["row"])
    return found


def _key_of(model: str) -> str:
    return "key" if model == "keyrule" else "partner_name"


def _groups(changed: list[Change], added: list[Change], removed: list[Change]) -> list[Group]:
    kinds = (
        Group(slug="changed", title=_("Changed"), tone="amber", changes=changed),
        Group(slug="added", title=_("Added"), tone="green", changes=added),
        Group(slug="removed", title=_("Removed"), tone="red", changes=removed),
    )
    return [group for group in kinds if group.changes]


def _unknown(change: MappingImport, rejected: Sequence[Rejected]) -> list[Unknown]:
    """Each name once, those that stand in most lines first; then the explained ones."""
    staff = Staff(on=change.effective, said={})
    by_name = {manager.name: manager for manager in staff.by_id.values()}
    lines = Counter(one.written for one in rejected if one.written)
    asked = [
        Unknown(written=written, lines=count, near=[by_name[name] for name in staff.meant(written).near])
        for written, count in lines.most_common(NAMES_SHOWN)
    ]
    return asked + list(_explained(change, staff))


def _explained(change: MappingImport, staff: Staff) -> Iterator[Unknown]:
    names = acts.names_of(change)
    said: dict[str, list[str]] = defaultdict(list)
    if names:
        for line in change.rows:
            said[plain(line["result"])].append(line["result"])
    for key, pk in names.items():
        if pk in staff.by_id:
            written = said.get(key) or [key]
            yield Unknown(written=written[0], lines=len(said.get(key, ())), explained=staff.by_id[pk])


def _kept(change: MappingImport) -> list[Rejected]:
    return [Rejected(**one) for one in change.rejected]


def _names() -> dict[int, str]:
    return dict(ChannelManager.objects.values_list("pk", "name"))


def lines_of(shown: Shown) -> Iterator[list[str]]:
    """All of it as rows of a table."""
    yield ["What", "Block", "Key", "Before", "After", "Row", "Cell", "Why"]
    for group in shown.groups:
        for one in group.changes:
            row = str(one.row or "")
            yield [group.slug, one.table, one.key, one.before, one.after, row, one.cell, one.remark]
    for bad in shown.rejected:
        yield ["rejected", bad.table, bad.key, "", bad.value, str(bad.row), bad.cell, bad.words]
