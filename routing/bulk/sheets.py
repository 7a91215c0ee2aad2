"""What a spreadsheet says, as plain data: this leaves the cage (documents.cage), so nothing here is a row of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Line:
    """One account as the file has it; what the file has no column for is empty."""

    number: int
    account_id: str = ""
    account_name: str = ""
    current_owner: str = ""
    new_owner: str = ""
    new_owner_id: str = ""
    territories: str = ""
    public_sector: str = ""
    reason: str = ""
    approved_by: str = ""


@dataclass(frozen=True)
class Sheet:
    """The table of the file, or in `refused` the sentence why there is none."""

    refused: str = ""
    tab: str = ""
    columns: list[str] = field(default_factory=list)  # as written, of those that were understood
    ignored: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    saved: datetime | None = None  # as the workbook says itself; a CSV says nothing
