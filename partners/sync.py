"""Asking for a pull from Salesforce, and how fresh what we have is. Loads no vendor's library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import Account, SyncRun
from people.models import User
from web import nudging

TASK: Final = "partners.tasks.run_sync"
STALE: Final = timedelta(minutes=15)  # five rounds were missed
KEPT: Final = timedelta(days=7)
SILENT: Final = timedelta(minutes=3)  # a worker that works says so every second or two
ASKING: Final = 0x73796E61  # an advisory lock: two who ask at once get one row
State = SyncRun.State
OPEN: Final = (State.WAITING, State.RUNNING)


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """How old what we know of Salesforce is; what `partners/freshness.html` shows."""

    at: datetime | None  # everything changed in Salesforce before is here
    working: bool  # somebody reads, or will in a moment
    problem: str  # why the last one failed, in words
    stale: bool


def ask(*, full: bool = False, by: User | None = None) -> SyncRun:
    """A run that will read what is wanted: one that is not finished yet, or a new one. A worker is woken for it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ASKING])
        run = _under_way(full=full) or SyncRun.objects.create(full=full, asked_by=by, state=State.WAITING)
        if run.state == State.WAITING:
            nudging.nudge(TASK, run.pk)
    return run


def last() -> SyncRun | None:
    """The newest run that was finished well."""
    return SyncRun.objects.filter(state=State.DONE).first()


def freshness(account: Account) -> datetime | None:
    """Since when this partner has been as it is here; None for one that Salesforce does not know."""
    if not account.salesforce_id:
        return None
    done = last()
    known = [moment for moment in (account.synced, done.started if done else None) if moment]
    return max(known, default=None)


def state() -> Freshness:
    """Of the whole mirror: one statement, for the newest runs and the newest that was finished well."""
    few = SyncRun.objects.values("pk")[:5]
    well = SyncRun.objects.filter(state=State.DONE).values("pk")[:1]
    newest = list(SyncRun.objects.filter(Q(pk__in=few) | Q(pk__in=well)))
    done = next((run for run in newest if run.state == State.DONE), None)
    ended = next((run for run in newest if run.state not in OPEN), None)
    at = done.started if done else None
    return Freshness(
        at=at,
        working=any(alive(run) for run in newest if run.state in OPEN),
        problem=ended.problem if ended and ended.state == State.FAILED else "",
        stale=at is None or timezone.now() - at > STALE,
    )


def alive(run: SyncRun) -> bool:
    """False for one whose worker has gone silent."""
    return run.state in OPEN and timezone.now() - run.beat < SILENT


def age() -> float:
    """Seconds since everything in Salesforce was here; -1 while it never was."""
    done = last()
    return (timezone.now() - done.started).total_seconds() if done else -1.0


def worth_telling(runs: QuerySet[SyncRun]) -> QuerySet[SyncRun]:
    """Those that changed something, refused a row, read everything, or did not end well."""
    return runs.exclude(state=State.DONE, full=False, quiet=True)


def forget_old() -> None:
    """Every three minutes one that found nothing, or failed before it changed anything: nobody asks after a week."""
    old = SyncRun.objects.filter(started__lt=timezone.now() - KEPT)
    worth = worth_telling(old).exclude(state=State.FAILED, first_event=None)
    old.exclude(pk__in=worth.values("pk")).delete()


def waiting() -> SyncRun | None:
    """The oldest run nobody has begun."""
    return SyncRun.objects.filter(state=State.WAITING).order_by("pk").first()


def owed() -> list[str]:
    """Partners that came in runs which broke off: what belongs to them may not have been read, however old it is."""
    done = last()
    if done is None or not SyncRun.objects.filter(pk__gt=done.pk, state=State.FAILED).exists():
        return []
    came = Account.objects.filter(synced__gte=done.started, deleted=None).exclude(salesforce_id="")
    return list(came.values_list("salesforce_id", flat=True))


def total(run: SyncRun, name: str) -> int:
    """All objects together: `seen`, `added`, `changed`, `removed` or `failed`."""
    counts: Mapping[str, Mapping[str, Any]] = run.counts
    return sum(int(each.get(name, 0)) for each in counts.values())


def words_of_death() -> str:
    return _("The worker that did this has ended in the middle. The next sync goes on from there.")


def _under_way(*, full: bool) -> SyncRun | None:
    """One that waits may become a full one; one that runs is enough when it reads as much as is wanted."""
    found = list(SyncRun.objects.select_for_update().filter(state__in=OPEN))
    for run in found:
        if run.state == State.RUNNING and alive(run) and (run.full or not full):
            return run
    for run in found:
        if run.state == State.WAITING:
            if full and not run.full:
                run.full = True
                run.save(update_fields=["full"])
            return run
    return None
