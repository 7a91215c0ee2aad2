"""Ten thousand accounts get another owner by a spreadsheet, through the sandbox, and a worker is killed in between."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.db import connections
from django.db.models import Max, Sum
from django.db.models.functions import Now

from bench import organisation
from bench.mirror import OURS, peak, reset_peak, resident
from integrations import equipment, ledger, settling
from integrations.models import Call, ExternalAction
from integrations.salesforce import reading
from journal.models import Event
from mail.models import OutgoingMail
from partners import sync_running
from partners.models import Account, SyncMark, SyncRun
from people.models import ChannelManager, User
from people.roles import Role
from routing import ownership
from routing.bulk import acts, writing
from routing.bulk.acts import Details
from routing.models import OwnershipChange

assert equipment.__all__  # a worker knows the vendors' operations

ACCOUNTS = 10_000
NAME, USER = "Bench Manager", "maria.henry@example.com"
KILLED_IN = 20  # the batch in which the worker dies


class Found(NamedTuple):
    """Milliseconds to read and check the file, to write everything, ours of it for each row; bytes it grew by."""

    checked: float
    check_grew: int
    applied: float
    ours: float
    grew: int


def changed() -> Found:
    with organisation.salesforce(accounts=ACCOUNTS):
        _forget()
        owner = _ready()
        try:
            return _changed(owner)
        finally:
            _forget()


def _changed(owner: ChannelManager) -> Found:
    content, asker, approver = _spreadsheet(), _person("asks"), _person("approves")
    acts.read(content)  # the cage is there
    before = _from_here()
    began = time.perf_counter()
    change = acts.prepare_at_once(content, name="owners.xlsx", details=Details(), by=asker)
    checked, check_grew = _since(began), peak() - before
    ownership.submit(change, by=asker)
    ownership.approve(change, by=approver)
    before, last_call = _from_here(), Call.objects.aggregate(last=Max("id"))["last"] or 0
    began = time.perf_counter()
    _work(change)
    applied, grew = _since(began), peak() - before
    _check(change, owner)
    theirs = Call.objects.filter(pk__gt=last_call).aggregate(all=Sum("milliseconds"))["all"] or 0
    return Found(checked, check_grew, applied, (applied - theirs) / ACCOUNTS, grew)


def _work(change: OwnershipChange) -> None:
    """What nudges would do, one worker; in the twentieth batch it is killed after Salesforce has done it."""
    batches = 0
    while change.state == OwnershipChange.State.RUNNING:
        ownership.move_on(change.pk)
        for pk in ExternalAction.objects.filter(state="waiting").order_by("pk").values_list("pk", flat=True):
            batches += 1
            if batches == KILLED_IN:
                _killed(partial(ledger.perform, pk))
                ExternalAction.objects.filter(pk=pk).update(claimed_until=Now())  # its lease is over
                settling.take_back_lost()
            ExternalAction.objects.filter(pk=pk, state="waiting").update(next_try=Now())
            ledger.perform(pk)
        change.refresh_from_db()


def _killed(work: Callable[[], object]) -> None:
    """By `kill -9`, at the worst moment."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            os.environ["PHD_FAILPOINT"] = "action done at vendor"
            work()
        finally:
            os._exit(3)
    _child, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
        sys.exit("The worker was not killed.")


def _check(change: OwnershipChange, owner: ChannelManager) -> None:
    there = Account.objects.filter(owner_id=owner.salesforce_id, website_domain__startswith=OURS).count()
    if (change.state, change.counts, there) != ("done", {"done": ACCOUNTS}, ACCOUNTS):
        sys.exit(f"Not every account has its owner: {change.state} {change.counts}, {there} here.")


def _spreadsheet() -> bytes:
    rows = Account.objects.filter(website_domain__startswith=OURS).values_list("salesforce_id", "name", "owner_name")
    heads = ("AccountId18", "AccountName", "CurrentOwner", "NewOwner", "ContractedTerritories", "Reason")
    lines = [(*row, NAME, "Germany;Austria", "Areas of the new year") for row in rows]
    return writing.workbook([heads, *lines], widths=(20,))


def _ready() -> ChannelManager:
    """The mirror is as after a pull."""
    run = sync_running.run(SyncRun.objects.create(full=True, state=SyncRun.State.WAITING).pk)
    if run is None or run.state != SyncRun.State.DONE:
        sys.exit(f"The pull did not end well: {run.problem if run else 'somebody else pulls'}")
    user = reading.user(USER)
    if user is None:
        sys.exit(f"The sandbox has no user {USER}.")
    ChannelManager.objects.filter(salesforce_id=user.id).update(salesforce_id="")
    return ChannelManager.objects.create(name=NAME, team="select", salesforce_id=user.id)


def _person(name: str) -> User:
    found, _made = get_user_model().objects.get_or_create(
        email=f"bench.{name}@example.com", defaults={"name": f"Bench {name}", "role": Role.LEAD}
    )
    return found


def _from_here() -> int:
    """What this process holds, from which its peak is counted anew."""
    reset_peak()
    return resident()


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _forget() -> None:
    changes = OwnershipChange.objects.filter(asked_by__email__startswith="bench.")
    ExternalAction.objects.filter(requested_by__email__startswith="bench.").delete()
    OutgoingMail.objects.filter(subject__contains="have another owner").delete()
    changes.delete()
    accounts = Account.objects.filter(website_domain__startswith=OURS)
    Event.objects.filter(subject_type="partners.account", subject_id__in=accounts.values("pk")).delete()
    accounts.delete()
    SyncMark.objects.all().delete()
    ChannelManager.objects.filter(name=NAME).delete()
