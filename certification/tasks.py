"""What workers do for certification reports. Ids only; every task may run twice, late or on another machine."""

from __future__ import annotations

from celery import shared_task

from certification import arriving
from certification.reports import forgetting


@shared_task
def read_files(pk: int) -> None:
    """Files of a ticket that may be the export."""
    arriving.read_files(pk)


@shared_task
def forget_files() -> None:
    """Once a day: exports and tables of long ago."""
    forgetting.forget_old()
