"""What workers do for letters. Ids only; every task may run twice, late or on another machine."""

from __future__ import annotations

from celery import shared_task

from loa import daily


@shared_task
def look_at_letters() -> None:
    """Once a day: what ends, and whose partner may hold no letter any more."""
    daily.look()
