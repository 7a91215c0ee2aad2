"""What a pull needs of Salesforce; the real thing reads through `integrations.salesforce`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from integrations.salesforce import fields, reading

Rows = list[dict[str, Any]]


class Feed(Protocol):
    def knows(self, key: str) -> bool:
        """Whether this organisation keeps such things."""
        ...

    def count(self, key: str, *, since: datetime | None) -> int: ...

    def changed(self, key: str, *, since: datetime | None) -> Iterator[Rows]:
        """Rows that are there, changed at `since` or later, in the order of their last change."""
        ...

    def deleted(self, key: str, *, since: datetime) -> Iterator[Rows]:
        """Rows in the bin since then, merged ones with `merged_into`."""
        ...

    def belonging_to(self, key: str, accounts: Sequence[str]) -> Iterator[Rows]:
        """All rows of these accounts."""
        ...


class Salesforce:
    """The real thing, with the configured names."""

    def knows(self, key: str) -> bool:
        return fields.knows(key)

    def count(self, key: str, *, since: datetime | None) -> int:
        return reading.count(key, since=since)

    def changed(self, key: str, *, since: datetime | None) -> Iterator[Rows]:
        return reading.pages(key, since=since)

    def deleted(self, key: str, *, since: datetime) -> Iterator[Rows]:
        return reading.pages(key, since=since, deleted=True)

    def belonging_to(self, key: str, accounts: Sequence[str]) -> Iterator[Rows]:
        return reading.pages_of(key, accounts)
