"""A worker of the bench: a procedure whose steps only wait, worked on until no ticket has a step left."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import Final

from tickets import general, kinds, procedures
from tickets.models import Step
from tickets.procedures import At, Done, Procedure, automatic
from tickets.tasks import work_waiting

KIND: Final = "bench"
STEPS: Final = 8
WAITS: Final = 0.05  # seconds, as a vendor takes to answer


def register(*, waits: float) -> None:
    steps = tuple(automatic(f"step_{n}", f"Step {n}", partial(_wait, waits)) for n in range(STEPS))
    kinds.register(replace(general.GENERAL, slug=KIND, cards=()))
    procedures.register(Procedure(kind=KIND, title="Bench", handbook="", steps=steps))


def main() -> None:
    """What the task does that a burst is given to; a second time for what the other one held."""
    while Step.objects.filter(procedure=KIND, state__in=["later", "ready"]).exists():
        work_waiting()


def _wait(seconds: float, _at: At) -> Done:
    if seconds:
        time.sleep(seconds)
    return Done(note="Waited")


if __name__ == "__main__":
    register(waits=WAITS)
    main()
