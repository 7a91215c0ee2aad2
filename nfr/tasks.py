"""What workers do for NFR requests. Ids only; every task may run twice, late or on another machine."""

from __future__ import annotations

from celery import shared_task

from nfr import again


@shared_task
def begin_again(ticket: int) -> None:
    """Another procedure is the right one."""
    again.begin_again(ticket)


@shared_task
def read_again(ticket: int) -> None:
    """The partner has sent something: it is read, and the procedure goes on from there."""
    again.read_again(ticket)


@shared_task
def check_again(ticket: int) -> None:
    """What the program gives is looked up anew, before anybody decides."""
    again.check_again(ticket)
