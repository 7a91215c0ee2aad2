"""Exports and tables hold home addresses: their files are deleted after a while, what was counted in them stays.

What hangs on a ticket is the ticket's and lives as long: a table that was sent, an export that somebody put there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from certification.models import Report
from documents.models import StoredFile
from journal.record import DESK, record
from tickets.models import Attachment, PreparedFile, PreparedReply

KEPT: Final = timedelta(days=90)
FILES: Final = ("source", "result")
NOBODY: Final = {"name": "", "email": "", "why": ""}


def forget_old() -> int:
    """Of reports older than `KEPT`, each in a transaction of its own; how many."""
    due = Report.objects.filter(forgotten=None, created__lt=timezone.now() - KEPT)
    return sum(_forget(pk) for pk in list(due.order_by("created").values_list("pk", flat=True)))


def put_aside(report: Report) -> None:
    """Another table takes the place of this one, which nobody was ever sent."""
    if report.result is not None:
        _deleted(report, "result")


@transaction.atomic
def _forget(pk: int) -> bool:
    row = Report.objects.select_for_update(of=("self",)).filter(pk=pk, forgotten=None).first()
    if row is None or _waits(row):
        return False  # the next day asks again
    gone = [name for name in FILES if _deleted(row, name)]
    row.foreign = [{**NOBODY, "line": one["line"], "left_out": bool(one.get("left_out"))} for one in row.foreign]
    row.unsaid, row.forgotten = [], timezone.now()
    row.save(update_fields=["foreign", "unsaid", "forgotten"])
    record(row, "report files deleted", by=DESK, after={"deleted": gone})
    return True


def _waits(report: Report) -> bool:
    """In a composer: it is sent, or withdrawn, and only then is it said that its files are gone."""
    offered = PreparedFile.objects.filter(stored__in=[report.source_id, report.result_id])
    return offered.filter(reply__state=PreparedReply.State.OFFERED).exists()


def _deleted(report: Report, name: str) -> bool:
    """The row now, its bytes by the sweep of files without a row."""
    stored: StoredFile | None = getattr(report, name)
    if stored is None or Attachment.objects.filter(stored__sha256=stored.sha256).exists():
        return False
    try:
        with transaction.atomic():
            over = PreparedFile.objects.filter(stored=stored, reply__state=PreparedReply.State.WITHDRAWN)
            over.delete()
            Report.objects.filter(pk=report.pk).update(**{name: None})
            stored.delete()
    except ProtectedError:  # it waits in a composer, or is another report's too
        return False
    setattr(report, name, None)
    return True
