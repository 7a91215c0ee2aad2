"""A Salesforce of our own for the rules of the mirror: rows with a time of change, a bin, a page size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from integrations.errors import VendorError
from integrations.models import ErrorClass

Rows = list[dict[str, Any]]
KEYS = ("Account", "Contact", "Invoice", "Opportunity")


def sfid(prefix: str, number: int) -> str:
    return f"{prefix}000000000{number:03d}AAA"


class OwnFeed:
    """`put` and `bin` are what happens in Salesforce; the other methods are what a pull asks."""

    def __init__(self, page: int = 3) -> None:
        self.page = page
        self.rows: dict[str, dict[str, dict[str, Any]]] = {key: {} for key in KEYS}
        self.asked: list[tuple[str, str]] = []
        self.breaks_after: int | None = None
        self.now = timezone.now() - timedelta(minutes=10)

    def put(self, key: str, pk: str, *, at: datetime | None = None, **values: Any) -> dict[str, Any]:
        self.now += timedelta(seconds=1)
        known = self.rows[key].get(pk, {})
        row = {"id": pk, **known, **values, "modified": at or self.now, "deleted": False}
        self.rows[key][pk] = row
        return row

    def bin(self, key: str, pk: str, *, into: str = "") -> None:
        self.put(key, pk, merged_into=into)
        self.rows[key][pk]["deleted"] = True

    def erase(self, key: str, pk: str) -> None:
        """Gone without a trace in the bin."""
        del self.rows[key][pk]

    def knows(self, key: str) -> bool:
        return key in self.rows

    def count(self, key: str, *, since: datetime | None) -> int:
        self.asked.append((key, "count"))
        return len(self._found(key, since, deleted=False))

    def changed(self, key: str, *, since: datetime | None) -> Iterator[Rows]:
        return self._pages(key, "changed", self._found(key, since, deleted=False))

    def deleted(self, key: str, *, since: datetime) -> Iterator[Rows]:
        return self._pages(key, "deleted", self._found(key, since, deleted=True))

    def belonging_to(self, key: str, accounts: Sequence[str]) -> Iterator[Rows]:
        whose = "partner" if key == "Opportunity" else "account"
        found = [row for row in self._found(key, None, deleted=False) if row.get(whose) in accounts]
        return self._pages(key, "belonging", found)

    def _found(self, key: str, since: datetime | None, *, deleted: bool) -> Rows:
        rows = [row for row in self.rows[key].values() if row["deleted"] == deleted]
        return sorted(
            (row for row in rows if since is None or row["modified"] >= since), key=lambda row: row["modified"]
        )

    def _pages(self, key: str, what: str, rows: Rows) -> Iterator[Rows]:
        self.asked.append((key, what))
        for start in range(0, len(rows), self.page):
            if self.breaks_after == 0:
                self.breaks_after = None
                raise VendorError("salesforce", ErrorClass.BUSY, "UNAVAILABLE", "Salesforce does not answer.", 503)
            if self.breaks_after is not None:
                self.breaks_after -= 1
            yield [dict(row) for row in rows[start : start + self.page]]
