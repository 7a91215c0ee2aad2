"""What workers do at the vendors. Ids only; every task may run twice, late or on another machine."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Final

from celery import shared_task

from integrations import breaker, calls, equipment, performing, registry, settling, shared
from integrations.errors import VendorError
from web import nudging

log = logging.getLogger(__name__)
WOKEN: Final = 300.0  # seconds in which a nudge is trusted to arrive
EQUIPMENT: Final = equipment.__all__  # what this worker can do


@shared_task
def perform(pk: int) -> None:
    performing.perform(pk)


@shared_task
def sweep() -> None:
    """Finds every row that no nudge reached or whose worker died, and wakes somebody for it.

    Where the workers do not keep up, a row that was woken for is not put behind the others again and again.
    """
    settling.take_back_lost()
    for pk, since in settling.due():
        if shared.claim(f"integrations.woken.{pk}.{since.timestamp()}", seconds=WOKEN) is not False:
            nudging.send(settling.TASK, pk)


@shared_task
def resume(vendor: str) -> None:
    """The vendor answers again: what waited for it is due."""
    settling.bring_forward(vendor)
    sweep()
    go_on = registry.resumers.get(vendor)
    if go_on is not None:
        go_on()


@shared_task
def probe(vendor: str) -> None:
    """Asks the vendor whatever the breaker says; where it answers, the breaker closes."""
    ask = registry.probes.get(vendor)
    if ask is None:
        log.error("nobody knows how to ask %s whether it answers", vendor)
        return
    with suppress(VendorError), calls.piece_of_work(), breaker.overruled(vendor):
        ask()


@shared_task
def forget_calls() -> None:
    removed = calls.forget_old()
    if removed:
        log.info("forgot %d calls to vendors", removed)
