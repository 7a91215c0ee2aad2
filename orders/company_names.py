"""Where the name of a company ends: not with the sentence it stands in, nor with the street behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from documents.papers import Found
from documents.papers.beside import stops_in

_STREET: Final = re.compile(r",\s+(?=[^,]*\d)")


def whole(found: Iterable[Found]) -> Iterable[Found]:
    """Each without what follows its name."""
    for one in found:
        name = _of(one.value)
        yield one if name == one.value else replace(one, value=name, end=one.start + len(name))


def _of(value: str) -> str:
    ends = [stop for stop in stops_in(value) if value[stop] in ".!?;"]
    ends += [match.start() for match in _STREET.finditer(value)]
    return value[: min(ends, default=len(value))].rstrip()
