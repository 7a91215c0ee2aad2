"""What workers do for proofs. Ids only; every task may run twice, late or on another machine."""

from __future__ import annotations

from celery import shared_task

from service_attach import again


@shared_task
def read_again(ticket: int) -> None:
    """The partner has sent something: the documents are read again, and the procedure goes on from there."""
    again.read(ticket)


@shared_task
def check_again(ticket: int) -> None:
    """Something was said since the registration was checked: it is looked up anew before anybody decides."""
    again.look_up(ticket)
