"""What workers do for letters. Ids only; every task may run twice, late or on another machine."""

from __future__ import annotations

from typing import Final

from celery import shared_task
from django.utils import timezone

from loa import daily, giving_up, past, rechecking
from loa.board import record
from web import nudging

READ_PAST: Final = "loa.tasks.read_past_letters"


@shared_task
def look_at_letters() -> None:
    """Once a day: what ends, and whose partner may hold no letter any more."""
    daily.look()


@shared_task
def read_record(pk: int) -> None:
    """DocuSign's own record of one envelope, for whoever looks at the letter's page."""
    record.read(pk)


@shared_task
def bring_past_letters() -> None:
    """Once, when a desk begins: every letter of the past year that DocuSign knows; reading them follows."""
    past.bring_in(timezone.now() - past.A_LETTER_LASTS)
    nudging.send(READ_PAST)


@shared_task
def read_past_letters() -> None:
    """What was over before us is read, some at a time; a full batch wakes the next one."""
    if past.may_read() and past.read_some().found == past.BATCH:
        nudging.send(READ_PAST)


@shared_task
def check_again() -> None:
    """What was checked while Salesforce did not answer."""
    rechecking.check_again()


@shared_task
def withdraw_ended() -> None:
    """Requests whose ticket ended before anybody signed."""
    giving_up.withdraw_ended()
