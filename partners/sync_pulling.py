"""One object of Salesforce, read and mirrored: how far it was read, what came late, what is gone.

A row gets its time of change when it is written in Salesforce, but can be seen only when its transaction commits, up
to minutes later, and clocks differ. So the mark of an object stays `OVERLAP` behind the moment a whole read began, and
every read begins at the mark: nothing slips between two reads, and rows that were here already change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import DataError, IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import SyncMark
from partners.sync_feed import Feed, Rows
from partners.sync_journal import Journal
from partners.sync_report import Report
from partners.sync_take import Batch, Taker, live
from partners.sync_values import Rejected, moment

OVERLAP: Final = timedelta(minutes=15)
BATCH: Final = 2_000
LARGE: Final = 2_000  # rows in the overlap from which on a look at the newest and a count stand for reading them all
TICK: Final = timedelta(seconds=1)  # what Salesforce tells apart
FEWEST: Final = 25  # so many may always be gone at once
SHARE: Final = 0.2
Way = Callable[[Sequence[dict[str, Any]], Batch], None]


class Pull:
    def __init__(self, taker: Taker, report: Report, feed: Feed) -> None:
        self.taker, self.report, self.feed = taker, report, feed
        self.key = taker.key
        self.mark = SyncMark.objects.get_or_create(object_key=taker.key)[0]
        self.first = self.mark.full_at is None  # never wholly read: what comes is no news
        self.full = report.run.full or self.mark.modified is None
        self.since = None if self.full else self.mark.modified
        self.began = timezone.now()
        self.seen: set[int] = set()
        self.there = 0

    def expected(self) -> int:
        self.there = self.feed.count(self.key, since=self.since)
        return self.there

    def everything(self) -> None:
        """Live rows, then deleted ones, then what a full read did not find."""
        self.began = timezone.now()
        deleted_since = self.mark.modified
        whole = self._live()
        if deleted_since is not None:
            self._through(self.feed.deleted(self.key, since=deleted_since), self.taker.remove)
        if self.full and not self.first:
            self._sweep()
        if whole:
            self._finish()

    def belonging_to(self, accounts: Sequence[str]) -> None:
        """Of partners new to us, when the rest was read by its last change."""
        if accounts and not self.full:
            self._through(self.feed.belonging_to(self.key, accounts), self.taker.take)

    def _live(self) -> bool:
        """False when the overlap was not read again, for the count says that nothing came late."""
        if self.since is not None and self.there > LARGE and self._settled(self.since):
            return False
        self._through(self.feed.changed(self.key, since=self.since), self.taker.take, advancing=True)
        return True

    def _settled(self, since: datetime) -> bool:
        """After a mass change: the newest are read, and there are as many as we have. Not for longer than `OVERLAP`."""
        if timezone.now() - self.mark.updated > OVERLAP:
            return False
        mine = live(self.taker.model).filter(modified__gte=since)
        newest = mine.aggregate(newest=Max("modified"))["newest"]
        if newest is not None:
            self._through(self.feed.changed(self.key, since=newest + TICK), self.taker.take)
        return mine.count() == self.there

    def _through(self, pages: Iterable[Rows], way: Way, *, advancing: bool = False) -> None:
        for rows in batches(pages):
            batch = self._one(rows, way, advancing=advancing)
            if batch is None:
                for row in rows:
                    self._alone(row, way)

    def _one(self, rows: Rows, way: Way, *, advancing: bool = False) -> Batch | None:
        """A batch in one transaction with its events and the mark; None when the database refused a row of it."""
        batch = Batch(self.key, Journal(silent=self.first))
        try:
            with transaction.atomic():
                way(rows, batch)
                batch.journal.write()
                if advancing and (self.first or not self.full):
                    self._advance(rows)
        except (DataError, IntegrityError):
            return None
        self._saw(batch)
        self.report.add(batch, rows=len(rows))
        return batch

    def _alone(self, row: dict[str, Any], way: Way) -> None:
        if self._one([row], way) is None:
            batch = Batch(self.key, Journal(silent=True))
            batch.reject(row, _("The database refused it: another row is in its way, or a value does not fit."))
            mine = live(self.taker.model).filter(salesforce_id=row["id"]).first()
            if mine is not None:
                batch.see(mine)
            self._saw(batch)
            self.report.add(batch, rows=1)

    def _saw(self, batch: Batch) -> None:
        if self.full:
            self.seen.update(row.pk for row in batch.seen)

    def _advance(self, rows: Rows) -> None:
        """Rows come in the order of their last change: a run that breaks off is gone on with from here."""
        try:
            reached = moment(rows[-1].get("modified"))
        except Rejected:
            return
        if reached is not None:
            self._set(min(reached, self.began - OVERLAP))

    def _set(self, reached: datetime) -> None:
        if self.mark.modified is None or reached > self.mark.modified:
            self.mark.modified = reached
            self.mark.save(update_fields=["modified"])

    def _finish(self) -> None:
        self._set(self.began - OVERLAP)
        self.mark.updated = self.began
        if self.full or self.first:
            self.mark.full_at = self.began
        self.mark.save(update_fields=["updated", "full_at"])

    def _sweep(self) -> None:
        """Marks what is here and was not there; not when that would be suspiciously much at once."""
        mine = live(self.taker.model).filter(created__lt=self.began).values_list("pk", flat=True)
        missing = [pk for pk in mine.iterator(chunk_size=BATCH) if pk not in self.seen]
        if len(missing) > max(FEWEST, SHARE * (len(missing) + len(self.seen))):
            words = _(
                "Salesforce showed %(seen)d rows of %(object)s and not %(missing)d others that are here. Nothing was"
                " removed: check what the integration user may see."
            )
            self.report.warn(words % {"seen": len(self.seen), "object": self.key, "missing": len(missing)})
            return
        for start in range(0, len(missing), BATCH):
            batch = Batch(self.key, Journal(silent=self.first))
            with transaction.atomic():
                self.taker.sweep(missing[start : start + BATCH], batch)
                batch.journal.write()
            self.report.add(batch, rows=0)


def batches(pages: Iterable[Rows]) -> Iterator[Rows]:
    """Pages of any size as batches of one size, each id once: the newest state of it."""
    waiting: dict[str, dict[str, Any]] = {}
    for page in pages:
        for row in page:
            waiting.pop(row["id"], None)
            waiting[row["id"]] = row
        if len(waiting) >= BATCH:
            yield list(waiting.values())
            waiting = {}
    if waiting:
        yield list(waiting.values())
