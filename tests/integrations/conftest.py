"""Writes that only count, and a process that has just begun."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from integrations import breaker, outcomes, registry, settling, shared, tokens
from integrations.outcomes import Outcome
from web import nudging


@dataclass
class Counting:
    """An operation of the tests: does what `next_` says, one after the other, then works."""

    name: str
    next_: list[Exception | Outcome | Callable[[], Outcome]] = field(default_factory=list)
    seen: list[Mapping[str, Any]] = field(default_factory=list)

    def __call__(self, payload: Mapping[str, Any], *, key: str) -> Outcome:
        assert key
        self.seen.append(payload)
        step = self.next_.pop(0) if self.next_ else outcomes.done("ref-1")
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, Outcome) else step()


@pytest.fixture
def counting() -> Iterator[Counting]:
    before = dict(registry.operations)
    made = Counting("salesforce.count")
    registry.operation(made.name)(made)
    yield made
    registry.operations.clear()
    registry.operations.update(before)


@pytest.fixture
def finished() -> Iterator[list[tuple[str, str]]]:
    """What the callbacks heard: key and state."""
    before, told = list(settling._callbacks), []
    settling.on_finished(lambda action: told.append((action.key, action.state)))
    yield told
    settling._callbacks[:] = before


@pytest.fixture(autouse=True)
def _fresh_process() -> None:
    tokens.forget_known()
    breaker.forget_beliefs()
    shared._resting_until.clear()
    nudging.resting_until.clear()
