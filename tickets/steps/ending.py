"""Steps that nobody does any more: what they still had to write at a vendor is not written either."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from integrations import ledger
from integrations.models import ExternalAction
from journal.record import DESK, Actor
from tickets import prepared
from tickets.models import Step, Ticket
from tickets.steps import moves
from tickets.steps.moves import State
from tickets.steps.reading import open_of, plan_of

MOST_WRITES: Final = 20  # of one step


def end(ticket: Ticket, *, why: str) -> None:
    """Nothing of it is done any more: what is open is skipped. The caller holds the ticket, and tells.

    Writes are withdrawn before a step's row is held: whoever settles one wakes its step (`wake`).
    """
    withdraw(open_of(ticket.pk), by=DESK, why=why)
    for step in open_of(ticket.pk, held=True):
        moves.move(step, State.SKIPPED, why=why)
    prepared.withdraw_in(ticket, why=why, by=DESK)


def withdraw(steps: Sequence[Step], *, by: Actor, why: str, found_so: bool = False) -> list[ExternalAction]:
    """The writes for which it is too late: done, or in a worker's hand. With `found_so` not what was so before."""
    writing = [step for step in steps if (plan := plan_of(step)) is None or plan.writes]
    keys = [key_of(step.key, number) for step in writing for number in range(1, 2 * MOST_WRITES)]
    return ledger.withdraw(keys, by=by, why=why, found_so=found_so) if keys else []


def key_of(key: str, number: int) -> str:
    """The first write of a step has its key; another one a number behind it."""
    return key if number == 1 else f"{key}.{number}"
