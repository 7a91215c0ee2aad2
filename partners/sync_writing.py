"""Many rows in one statement: new ones inserted, known ones overwritten by their id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)
BATCH: Final = 2_000


def save(rows: Iterable[M], *, fields: Sequence[str]) -> None:
    """`fields` of rows that are there; all of those that are not, which get their ids."""
    new: list[M] = []
    known: list[M] = []
    for row in rows:
        (known if row.pk else new).append(row)
    for model, some in ((type(row[0]), row) for row in (new, known) if row):
        manager: Any = model._default_manager  # noqa: SLF001 - Django's documented door
        if some is new:
            manager.bulk_create(some, batch_size=BATCH)
        else:
            manager.bulk_create(
                some, batch_size=BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=list(fields)
            )
