"""What workers do for invoices. Ids only; every task may run twice, late or on another machine."""

from __future__ import annotations

from typing import Final

from celery import shared_task

from invoices import passing_on, searching

LOOK: Final = "invoices.tasks.look"


@shared_task
def look(pk: int) -> None:
    """For what the partner has written, or a person has corrected, since somebody looked."""
    searching.again(pk)


@shared_task
def pass_on(pk: int) -> None:
    """Prepares the answer to a general question about forms or payments."""
    passing_on.prepare(pk)


@shared_task
def pass_on_left_lying() -> None:
    """Questions for which no worker was woken."""
    for pk in passing_on.waiting():
        passing_on.prepare(pk)
