"""From a data file to rows, as often as wanted: what a person changed in the product since is left as it is."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
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
def load(model: type[models.Model], rows: Iterable[Row], *, key: Sequence[str], what: str) -> Loaded:
    """Makes the table of `model` hold `rows`, each known by its `key` fields."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_LOADER_AT_A_TIME])
    outcomes = [_load_one(model, row, key) for row in rows]
    return Loaded(what=what, **{word: outcomes.count(word) for word in ("new", "changed", "same", "kept")})


def _load_one(model: type[models.Model], values: Row, key: Sequence[str]) -> str:
    name = "|".join(str(values[field]) for field in key)
    before = LoadedRow.objects.filter(table=model._meta.label_lower, name=name).first()  # noqa: SLF001
    row = model._default_manager.filter(**{field: values[field] for field in key}).first()  # noqa: SLF001
    digest = _digest(values)
    if before is None and row is None:
        model._default_manager.create(**values)  # noqa: SLF001
        LoadedRow.objects.create(table=model._meta.label_lower, name=name, digest=digest)  # noqa: SLF001
        return "new"
    if before is None or row is None or _digest({field: getattr(row, field) for field in values}) != before.digest:
        return _same_or_kept(before, row, values)
    if digest == before.digest:
        return "same"
    return _change(row, before, values, digest)


def _same_or_kept(before: LoadedRow | None, row: models.Model | None, values: Row) -> str:
    """A row made, changed or deleted by hand stays so; one that says the same as the file is nobody's edit."""
    if before is None and row is not None and _digest({f: getattr(row, f) for f in values}) == _digest(values):
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
