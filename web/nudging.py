"""Waking a worker. The row is the work, the nudge only makes it quick: a broken Redis is logged, never felt (R-01).

In a burst not every row gets a nudge of its own: the first one does, and one more task at the end of the moment looks
for all that came meanwhile. Publishing costs more than many a row.
"""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import Final

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)

REST_SECONDS: Final = 5.0
LONGEST: Final = 60.0  # the broker hands out anew what a worker holds for longer than its visibility_timeout
MOMENT: Final = 0.25
resting_until: dict[str, float] = {}
looked_at: dict[str, float] = {}  # when the next task that finds every row of this kind will run, at the earliest


def nudge(task: str, *args: str | int, seconds: float = 0, all_of: str = "") -> None:
    """After the commit, asks a worker to run `task` (its dotted name) with ids, `seconds` later.

    `all_of` names a task without arguments that finds every waiting row of the kind; in a burst it stands for many.
    """
    transaction.on_commit(partial(send, task, *args, seconds=seconds, all_of=all_of), robust=True)


def send(task: str, *args: str | int, seconds: float = 0, all_of: str = "") -> None:
    """Now. After a failure nothing is tried for five seconds, so that no caller waits for a dead broker twice.

    What is due in more than a minute gets no nudge: the sweep of its kind finds it, and no worker holds it till then.
    """
    now = time.monotonic()
    if seconds > LONGEST or now < resting_until.get("broker", 0):
        return
    if seconds or not all_of:
        publish(task, args, seconds=seconds)
    elif now - looked_at.get(all_of, 0) > MOMENT:
        looked_at[all_of] = now
        publish(task, args)
    elif looked_at[all_of] <= now:  # the second of a burst: one look at its end finds this row and all that follow
        looked_at[all_of] = now + MOMENT
        publish(all_of, (), seconds=MOMENT)


def publish(task: str, args: tuple[str | int, ...], *, seconds: float = 0) -> None:
    try:
        current_app.send_task(task, args=args, countdown=seconds or None)
    except Exception as problem:  # noqa: BLE001 - whatever the broker does, the caller's work is done
        resting_until["broker"] = time.monotonic() + REST_SECONDS
        looked_at.clear()
        log.warning("no worker was woken for %s%s (%s); the sweep will find it", task, args, problem)
