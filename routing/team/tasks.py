"""What workers do for changes of the team. Ids only; every task may run twice, late or on another machine."""

from __future__ import annotations

import logging

from celery import shared_task

from routing.team import applying

log = logging.getLogger(__name__)


@shared_task
def apply_change(pk: int) -> bool:
    return applying.apply(pk)


@shared_task
def apply_due() -> int:
    """Every few minutes: what has been approved and whose day has come, nudged or not; one fault stops no other."""
    return sum(_applied(pk) for pk in applying.due())


def _applied(pk: int) -> bool:
    try:
        return applying.apply(pk)
    except Exception:
        log.exception("change of the team %s could not come into force", pk)
        return False
