"""What a file says, as plain data: this leaves the cage (documents.cage), so nothing here is a row of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Line:
    """One partner as the file has it; `met` is None where it says neither Yes nor No."""

    number: int
    name: str
    salesforce_id: str
    met: bool | None
    said: str
    counts: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """The table of the file, or in `refused` the sentence why there is none."""

    refused: str = ""
    tab: str = ""
    columns: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    as_of: date | None = None
    nameless: int = 0  # lines without a partner
    totals: int = 0  # lines that add up others
