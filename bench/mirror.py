"""How long a whole organisation of Salesforce takes to be here, and a look at nothing new; against the sandbox."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

from bench import organisation
from partners import sync_running
from partners.models import Account, Contact, SyncMark, SyncRun

ACCOUNTS, CONTACTS = 50_000, 200_000
OURS = "partner-"  # how the websites of the sandbox's many partners begin


class Found(NamedTuple):
    """Milliseconds, and the bytes this process grew by at most while everything came in."""

    first: float
    again: float
    nothing_new: float
    grew: int


def pulled() -> Found:
    """Everything for the first time, everything once more, and then what is new: nothing."""
    with organisation.salesforce(accounts=ACCOUNTS, contacts=CONTACTS):
        _forget()
        sync_running.run(_asked(full=False).pk)  # the seed: libraries are loaded, the token is there
        _forget()
        before = resident()
        first = _clocked(full=True)
        grew = peak() - before
        found = Found(first=first, again=_clocked(full=True), nothing_new=_clocked(full=False), grew=grew)
        _forget()
        return found


def _clocked(*, full: bool) -> float:
    asked = _asked(full=full)
    reset_peak()
    began = time.perf_counter()
    run = sync_running.run(asked.pk)
    taken = (time.perf_counter() - began) * 1000
    if run is None or run.state != SyncRun.State.DONE:
        sys.exit(f"The pull did not end well: {run.problem if run else 'somebody else pulls'}")
    return taken


def _asked(*, full: bool) -> SyncRun:
    return SyncRun.objects.create(full=full, state=SyncRun.State.WAITING)


def _forget() -> None:
    """So that the next one is the first; in two statements, for this process' memory is measured."""
    accounts = Account.objects.filter(website_domain__startswith=OURS)
    for rows in (Contact.objects.filter(account__in=accounts), accounts):
        rows._raw_delete(rows.db)  # noqa: SLF001 - Django's own quick way
    SyncMark.objects.all().delete()


def resident() -> int:
    return _status("VmRSS:")


def peak() -> int:
    return _status("VmHWM:")


def reset_peak() -> None:
    Path(f"/proc/{os.getpid()}/clear_refs").write_text("5")


def _status(name: str) -> int:
    lines = Path(f"/proc/{os.getpid()}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))
