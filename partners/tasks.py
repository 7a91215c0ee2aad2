"""What workers do for the mirror of Salesforce. Ids only; every task may run twice, late or on another machine."""

from __future__ import annotations

from typing import Final

from celery import shared_task

from integrations.errors import VendorError
from partners import sync, sync_people, sync_running, sync_some
from partners.dashboard import acts

EQUIPMENT: Final = sync_some  # what this worker can ask Salesforce
LONGEST: Final = 3_600  # a first load of a big organisation; the lock makes a second delivery harmless


@shared_task(soft_time_limit=LONGEST - 60, time_limit=LONGEST)
def run_sync(pk: int) -> None:
    row = sync_running.run(pk)
    if row is not None and row.full:
        link_people()


@shared_task
def sync_changes() -> None:
    """Every few minutes: what is new."""
    sync.ask()


@shared_task
def sync_everything() -> None:
    """Every night: all of it, and what is gone."""
    sync.ask(full=True)
    sync.forget_old()


@shared_task
def link_dashboard_lines() -> int:
    """Partners that came, or are named otherwise, since the certification dashboard was imported."""
    return acts.look_at_current()


@shared_task
def link_people() -> int:
    """Users of Salesforce for channel managers and solutions architects that have none yet."""
    try:
        return sync_people.link()
    except VendorError:  # it is in the record of calls; the next hour asks again
        return 0
