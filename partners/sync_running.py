"""One pull from Salesforce, from asking what is new to saying what became of it. Workers and commands only."""

from __future__ import annotations

import logging
from typing import Final

from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.errors import VendorError
from partners import sync, sync_lock
from partners.models import SyncMark, SyncRun
from partners.sync_accounts import Accounts
from partners.sync_contacts import Contacts
from partners.sync_feed import Feed, Salesforce
from partners.sync_papers import Certifications, Invoices, Opportunities
from partners.sync_pulling import Pull
from partners.sync_report import Report, Watch
from partners.sync_take import Taker
from web import nudging

log = logging.getLogger(__name__)
State = SyncRun.State
LONGEST: Final = 2_000  # characters of a problem


def run(pk: int, *, feed: Feed | None = None, watch: Watch | None = None) -> SyncRun | None:
    """Does what a row asks for; None when somebody else is at it, or it is done. Twice is harmless."""
    with sync_lock.held() as lock:
        if lock is None:
            return None
        row = _begin(pk)
        if row is not None:
            _work(Report(row, lock=lock, watch=watch), feed or Salesforce())
    _wake_next()
    return row


def _begin(pk: int) -> SyncRun | None:
    """The row, running; one whose worker died is closed with a word about it, and a new one goes on."""
    row = SyncRun.objects.filter(pk=pk).first()
    if row is None or row.state not in sync.OPEN:
        _close_dead()
        return None
    died = row.state == State.RUNNING
    _close_dead()
    if died:
        row = SyncRun(full=row.full, asked_by=row.asked_by)
    row.full = row.full or not SyncMark.objects.exclude(modified=None).exists()
    row.state, row.started, row.beat = State.RUNNING, timezone.now(), timezone.now()
    row.save()
    return row


def _close_dead() -> None:
    """Nobody else holds the lock: whatever says it runs does not."""
    dead = SyncRun.objects.filter(state=State.RUNNING)
    dead.update(state=State.FAILED, problem=sync.words_of_death(), finished=timezone.now())


def _work(report: Report, feed: Feed) -> None:
    try:
        _pull_all(report, feed)
    except VendorError as problem:
        report.fail(problem.words)
    except Exception as problem:  # whatever it is: the row says so, and the next run goes on
        log.exception("The pull from Salesforce ended in the middle")
        kind = _("database") if isinstance(problem, DatabaseError) else type(problem).__name__
        report.fail(_("The desk itself failed (%(kind)s); its log has more. The next sync goes on.") % {"kind": kind})
    else:
        report.done()


def _pull_all(report: Report, feed: Feed) -> None:
    """Accounts before what belongs to them; of accounts that are new to us everything, however old."""
    accounts = Accounts()
    accounts.came += sync.owed()
    takers: list[Taker] = [accounts, Contacts(), Certifications(), Invoices(), Opportunities()]
    pulls = [Pull(taker, report, feed) for taker in takers if feed.knows(taker.key)]
    for pull in pulls:
        report.expect(pull.key, pull.expected())
    for pull in pulls:
        pull.everything()
        if pull.key != accounts.key:
            pull.belonging_to(accounts.came)


def _wake_next() -> None:
    waiting = sync.waiting()
    if waiting is not None:
        nudging.send(sync.TASK, waiting.pk)
