"""What workers do for letters. Ids only; every task may run twice, late or on another machine."""

from __future__ import annotations

from celery import shared_task

from loa import daily, giving_up, past, rechecking
from loa.board import record


@shared_task
def look_at_letters() -> None:
    """Once a day: what ends, and whose partner may hold no letter any more."""
    daily.look()


@shared_task
def read_record(pk: int) -> None:
    """DocuSign's own record of one envelope, for whoever looks at the letter's page."""
    record.read(pk)


@shared_task
def read_past_letters() -> None:
    """What was over before us is read, some at a time."""
    past.read_some()


@shared_task
def check_again() -> None:
    """What was checked while Salesforce did not answer."""
    rechecking.check_again()


@shared_task
def withdraw_ended() -> None:
    """Requests whose ticket ended before anybody signed."""
    giving_up.withdraw_ended()
