"""Waking a worker. The row is the work, the nudge only makes it quick: a broken Redis is logged, never felt (R-01)."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import Final

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)

REST_SECONDS: Final = 5.0
resting_until: dict[str, float] = {}


def nudge(task: str, *args: str | int, seconds: float = 0) -> None:
    """After the commit, asks a worker to run `task` (its dotted name) with ids, `seconds` later."""
    transaction.on_commit(partial(send, task, *args, seconds=seconds), robust=True)


def send(task: str, *args: str | int, seconds: float = 0) -> None:
    """Now. After a failure nothing is tried for five seconds, so that no caller waits for a dead broker twice."""
    if time.monotonic() < resting_until.get("broker", 0):
        return
    try:
        current_app.send_task(task, args=args, countdown=seconds or None)
    except Exception as problem:  # noqa: BLE001 - whatever the broker does, the caller's work is done
        resting_until["broker"] = time.monotonic() + REST_SECONDS
        log.warning("no worker was woken for %s%s (%s); the sweep will find it", task, args, problem)
