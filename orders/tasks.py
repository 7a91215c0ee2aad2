"""What workers do for requests that went astray. Ids only; every task may run twice, late or on another machine."""

from __future__ import annotations

from celery import shared_task

from integrations import equipment
from orders import again, fetching

EQUIPMENT = equipment.__all__  # a worker knows what to ask and to write


@shared_task
def fetch_opportunity(pk: int) -> None:
    """The opportunity a person has named."""
    fetching.fetch(pk)


@shared_task
def read_again(pk: int) -> None:
    """What a request says has changed since it was read."""
    again.read_again(pk)
