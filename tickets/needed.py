"""Which letters stand in every match of an expression: where they are missing, it need not be searched at all.

Hundreds of expressions look at each mail, and hardly one finds something. Looking for a few letters is quicker than an
expression by far.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any, Final

# What the module itself compiles with; the types of one Python name them, those of another do not.
codes: Any = import_module("re._constants")
parser: Any = import_module("re._parser")
_REPEATED: Final = frozenset(
    one for name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") if (one := getattr(codes, name, None))
)
_FEWEST: Final = 2  # a single letter stands in every text
_MOST: Final = 60  # so many are no quicker than the expression


def letters(pattern: re.Pattern[str]) -> tuple[str, ...]:
    """One of these is part of every match; nothing where that cannot be said."""
    if pattern.flags & re.IGNORECASE:
        return ()
    found = _of(parser.parse(pattern.pattern, pattern.flags))
    if not found or len(found) > _MOST or min(map(len, found)) < _FEWEST:
        return ()
    return tuple(sorted(found, key=len, reverse=True))


def _of(parsed: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    """The best that one part of a sequence says: the longest letters, the fewest of them."""
    return max(_parts(parsed), key=_worth, default=frozenset())


def _worth(found: frozenset[str]) -> tuple[int, int]:
    return min(map(len, found), default=0), -len(found)


def _parts(parsed: Iterable[tuple[Any, Any]]) -> Iterator[frozenset[str]]:
    run = ""
    for code, value in parsed:
        if code is codes.LITERAL:
            run += chr(value)
            continue
        if run:
            yield frozenset({run})
        run = ""
        yield _inside(code, value)
    if run:
        yield frozenset({run})


def _inside(code: Any, value: Any) -> frozenset[str]:
    if code is codes.SUBPATTERN:
        return _of(value[-1]) if not value[1] & re.IGNORECASE else frozenset()
    if code is codes.BRANCH:
        branches = [_of(one) for one in value[1]]
        return frozenset().union(*branches) if all(branches) else frozenset()
    if code in _REPEATED and value[0] > 0:
        return _of(value[2])
    return frozenset()
