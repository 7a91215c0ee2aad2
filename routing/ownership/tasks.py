"""What workers do for changes of owners. Ids only; every task may run twice, late or on another machine."""

from __future__ import annotations

import logging
from typing import Final

from celery import shared_task

from integrations import calls
from integrations.errors import VendorError
from routing.ownership import moving, there
from web import nudging

log = logging.getLogger(__name__)
AGAIN: Final = 20.0  # seconds until Salesforce is asked again
READ: Final = "routing.ownership.tasks.read_again"


@shared_task
def move_on(pk: int) -> None:
    moving.move_on(pk)


@shared_task
def sweep() -> None:
    """Changes no nudge reached, or whose worker died, and those whose day has come."""
    moving.sweep()


@shared_task
def read_again(pk: int, tries: int = 3) -> None:
    """The accounts of a preview; where Salesforce does not answer the preview says so by not being read."""
    try:
        with calls.piece_of_work():
            there.read_again(pk)
    except VendorError as problem:
        log.warning("change of owners %s could not be read again: %s", pk, problem.words)
        if tries > 1:
            nudging.send(READ, pk, tries - 1, seconds=AGAIN)
