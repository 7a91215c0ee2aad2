"""Walks: each plays a ticket through steps of a procedure, so that no declared step goes untried.

An app's walks stand in `tests/<app>/walks.py`; `test_every_step_is_walked.py` finds and plays them:

    @walk("loa", "link", "envelope", "read")
    def arrives(request: pytest.FixtureRequest) -> None:
        sandbox = request.getfixturevalue("sandbox")
        …

A walk is believed only as far as its steps are done in the database afterwards, by what they declare and not by hand.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

Play = Callable[[pytest.FixtureRequest], None]


@dataclass(frozen=True, kw_only=True)
class Walk:
    kind: str
    slugs: frozenset[str]
    play: Play

    @property
    def name(self) -> str:
        return f"{self.kind}: {self.play.__name__}"


walks: Final[list[Walk]] = []


def walk(kind: str, *slugs: str) -> Callable[[Play], Play]:
    """`play` carries the steps called `slugs` of the procedure of `kind` out."""

    def keep(play: Play) -> Play:
        walks.append(Walk(kind=kind, slugs=frozenset(slugs), play=play))
        return play

    return keep


def all_walks() -> list[Walk]:
    """Of every app that has some."""
    tests = Path(__file__).parents[1]
    for file in sorted(tests.glob("*/walks.py")):
        if file != Path(__file__):
            importlib.import_module(f"tests.{file.parent.name}.walks")
    return walks
