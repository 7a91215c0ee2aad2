"""Met, missing, or unknown, which is never a no."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Verdict = Literal["met", "missing", "unknown"]


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """One thing missing is missing; else one that nobody can tell is unknown."""
    found = set(verdicts)
    return "missing" if "missing" in found else "unknown" if "unknown" in found else "met"
