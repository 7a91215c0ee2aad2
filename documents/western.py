"""Western European bytes as text, the five holes of Windows-1252 filled."""

from __future__ import annotations

import codecs
from typing import Final

HOLES_AS_LATIN: Final = "phd-latin"  # a name for `errors=`


def western(data: bytes) -> str:
    """Windows-1252 with its five holes read as Latin-1, unless the bytes are plainly UTF-8, whatever was declared."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", errors=HOLES_AS_LATIN)


def latin_holes(problem: UnicodeError) -> tuple[str, int]:
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    return problem.object[problem.start : problem.end].decode("latin-1"), problem.end


codecs.register_error(HOLES_AS_LATIN, latin_holes)
