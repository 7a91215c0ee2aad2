"""Parts of the world, so that a gap reads “Latin America” and not forty-nine countries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from web import datafiles

_FILE = Path(__file__).parents[1] / "data" / "regions.toml"


@cache
def regions() -> Mapping[str, Sequence[str]]:
    """Codes of countries by the name of their region, in the order of the file."""
    return {str(row["name"]): tuple(row["codes"]) for row in datafiles.read(_FILE)["region"]}
