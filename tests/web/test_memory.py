"""A moment's memory: kept for its time, bounded, and forgotten at once when told."""

from __future__ import annotations

import pytest

from web.memory import Memory


def test_it_asks_again_after_its_time_and_after_forgetting(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("web.memory.monotonic", lambda: now[0])
    memory = Memory(seconds=5)
    asked: list[int] = []

    def read() -> int:
        asked.append(1)
        return len(asked)

    assert [memory.get("a", read), memory.get("a", read), memory.get("b", read)] == [1, 1, 2]
    memory.forget()
    assert memory.get("a", read) == 3
    now[0] += 6
    assert memory.get("a", read) == 4


def test_it_keeps_no_more_than_its_most() -> None:
    memory = Memory(seconds=60, most=3)
    for key in range(10):
        memory.get(key, lambda key=key: key)  # type: ignore[misc]
    assert list(memory.kept) == [7, 8, 9]
