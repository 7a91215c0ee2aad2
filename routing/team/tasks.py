"""What workers do for changes of the team. Ids only; every task may run twice, late or on another machine."""

from __future__ import annotations

from celery import shared_task

from routing.team import applying


@shared_task
def apply_change(pk: int) -> bool:
    return applying.apply(pk)


@shared_task
def apply_due() -> int:
    """Every few minutes: what has been approved and whose day has come, nudged or not."""
    return sum(applying.apply(pk) for pk in applying.due())
