"""What a run says of itself while it works and at its end; its row is the only place."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from django.utils import timezone

from partners import sync
from partners.models import SyncRun
from partners.sync_journal import Journal
from partners.sync_lock import Lock
from partners.sync_take import NAMED, Batch

EVERY: Final = 1.0  # seconds between two signs of life
Watch = Callable[[int, int], None]  # how many rows were read just now, how many there are


class Report:
    """Counts by object, rejected rows, the journal's numbers."""

    def __init__(self, run: SyncRun, *, lock: Lock, watch: Watch | None = None) -> None:
        self.run, self.lock, self._watch = run, lock, watch
        self._said = 0.0

    def expect(self, key: str, rows: int) -> None:
        self.run.expected[key] = rows
        self._say(0)

    def add(self, batch: Batch, *, rows: int) -> None:
        """After the batch's transaction."""
        counts: dict[str, Any] = self.run.counts.setdefault(batch.key, {})
        for name, number in [("seen", rows), *batch.counts.items()]:
            counts[name] = counts.get(name, 0) + number
        self.run.rejected = [*self.run.rejected, *batch.rejected][:NAMED]
        self._numbers(batch.journal)
        self._say(rows)

    def warn(self, words: str) -> None:
        """Something people should know of a run that goes on."""
        self.run.problem = "\n".join(filter(None, [self.run.problem, words]))

    def done(self) -> None:
        told = ("added", "changed", "removed", "failed")
        self.run.quiet = not self.run.problem and not any(sync.total(self.run, name) for name in told)
        self._end(SyncRun.State.DONE)

    def fail(self, words: str) -> None:
        self.run.problem = words
        self._end(SyncRun.State.FAILED)

    def _end(self, state: str) -> None:
        self.run.state, self.run.finished = state, timezone.now()
        self._save("state", "finished", "quiet")

    def _numbers(self, journal: Journal) -> None:
        if journal.first is not None:
            self.run.first_event = min(self.run.first_event or journal.first, journal.first)
            self.run.last_event = max(self.run.last_event or 0, journal.last or 0)

    def _say(self, rows: int) -> None:
        if self._watch is not None:
            self._watch(rows, sum(self.run.expected.values()))
        if time.monotonic() - self._said > EVERY:
            self.lock.check()
            self._save()
            self._said = time.monotonic()

    def _save(self, *more: str) -> None:
        self.run.beat = timezone.now()
        self.run.save(
            update_fields=["counts", "expected", "problem", "rejected", "first_event", "last_event", "beat", *more]
        )
