"""A batch of rows on its way in: who was seen, what is counted, what could not be taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, Protocol

from django.db import models

from partners.sync_journal import Journal
from partners.sync_values import Row

NAMED: Final = 100  # rejected rows that are named; the others are only counted


class Batch:
    """One transaction of a run."""

    def __init__(self, key: str, journal: Journal) -> None:
        self.key, self.journal = key, journal
        self.counts: Counter[str] = Counter()
        self.rejected: list[dict[str, str]] = []
        self.seen: list[models.Model] = []

    def count(self, what: str, *, by: int = 1) -> None:
        self.counts[what] += by

    def see(self, row: models.Model) -> None:
        """It is there, whether it changed or not; new ones have their id after they were saved."""
        self.seen.append(row)

    def reject(self, row: Row, words: str) -> None:
        self.count("failed")
        name = str(row.get("name") or row.get("number") or row.get("title") or "")[:120]
        self.rejected.append({"object": self.key, "id": str(row.get("id", ""))[:18], "name": name, "words": words})


class Taker(Protocol):
    """How one object of Salesforce is mirrored."""

    @property
    def key(self) -> str: ...
    @property
    def model(self) -> type[models.Model]: ...
    def take(self, rows: Sequence[Row], batch: Batch) -> None: ...
    def remove(self, rows: Sequence[Row], batch: Batch) -> None: ...
    def sweep(self, pks: Sequence[int], batch: Batch) -> None: ...


def live(model: type[models.Model]) -> models.QuerySet[Any]:
    """Rows Salesforce has as far as we know."""
    return model._default_manager.exclude(salesforce_id="").filter(deleted=None)  # noqa: SLF001 - Django's documented door
