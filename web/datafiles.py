"""From a data file to rows, as often as wanted: what a person changed in the product since is left as it is."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from web.models import LoadedRow

Row = Mapping[str, Any]
_ONE_LOADER_AT_A_TIME = 0x68616E64


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What became of the rows of one file."""

    what: str
    new: int = 0
    changed: int = 0
    same: int = 0
    kept: int = 0

    def __str__(self) -> str:
        return _("%(what)s: %(new)d new, %(changed)d changed, %(same)d as they were, %(kept)d edited here and kept") % {
            "what": self.what,
            "new": self.new,
            "changed": self.changed,
            "same": self.same,
            "kept": self.kept,
        }


def read(path: Path) -> dict[str, Any]:
    """The contents of a TOML file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


@transaction.atomic
def load(
    model: type[models.Model], rows: Iterable[Row], *, key: Sequence[str], what: str, later: Collection[str] = ()
) -> Loaded:
    """Makes the table of `model` hold `rows`, each known by its `key` fields; as many statements for many rows.

    `later`: fields the file did not have at first; a row loaded without them is nobody's edit while they are empty.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_LOADER_AT_A_TIME])
    table = _Table(model, key, later)
    outcomes = [table.take(row) for row in rows]
    table.make()
    return Loaded(what=what, **{word: outcomes.count(word) for word in ("new", "changed", "same", "kept")})


class _Table:
    """What the table holds, and what was loaded into it before."""

    def __init__(self, model: type[models.Model], key: Sequence[str], later: Collection[str]) -> None:
        self.model, self.key, self.label = model, key, model._meta.label_lower  # noqa: SLF001
        self.later = later
        self.before = {row.name: row for row in LoadedRow.objects.filter(table=self.label)}
        self.rows: dict[str, models.Model] = {}
        for row in model._default_manager.order_by(*(model._meta.ordering or ()), "pk"):  # noqa: SLF001
            self.rows.setdefault(_digest(_values(row, key)), row)
        self.new: list[tuple[models.Model, LoadedRow]] = []

    def take(self, values: Row) -> str:
        name = "|".join(str(values[field]) for field in self.key)
        before = self.before.get(name)
        row = self.rows.get(_digest({field: values[field] for field in self.key}))
        digest = _digest(values)
        if before is None and row is None:
            self.new.append((self.model(**values), LoadedRow(table=self.label, name=name, digest=digest)))
            return "new"
        if before is None or row is None or not self._is_as_loaded(row, values, before):
            return _same_or_kept(before, row, values)
        if digest == before.digest:
            return "same"
        return _change(row, before, values, digest)

    def _is_as_loaded(self, row: models.Model, values: Row, before: LoadedRow) -> bool:
        now = _values(row, values)
        if _digest(now) == before.digest:
            return True
        return _digest({field: now[field] for field in now if now[field] or field not in self.later}) == before.digest

    def make(self) -> None:
        self.model._default_manager.bulk_create([row for row, _mark in self.new])  # noqa: SLF001
        LoadedRow.objects.bulk_create([mark for _row, mark in self.new])


def _values(row: models.Model, fields: Iterable[str]) -> Row:
    """Of a row another row points to, the number only: it is not read for that."""
    return {field: getattr(row, row._meta.get_field(field).attname) for field in fields}  # type: ignore[union-attr]  # noqa: SLF001


def _same_or_kept(before: LoadedRow | None, row: models.Model | None, values: Row) -> str:
    """A row made, changed or deleted by hand stays so; one that says the same as the file is nobody's edit."""
    if before is None and row is not None and _digest(_values(row, values)) == _digest(values):
        return "same"
    return "kept"


def _change(row: models.Model, before: LoadedRow, values: Row, digest: str) -> str:
    for field, value in values.items():
        setattr(row, field, value)
    row.save(update_fields=list(values))
    before.digest = digest
    before.save(update_fields=["digest"])
    return "changed"


def _digest(values: Row) -> str:
    plain = {field: _plain(value) for field, value in sorted(values.items())}
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return value.isoformat() if isinstance(value, date | time) else value
