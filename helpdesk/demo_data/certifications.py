"""The demo's certification dashboard: an exported workbook, imported by the code that people's uploads take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.utils import timezone
from openpyxl import load_workbook

from journal.record import actor_of
from partners.dashboard import acts
from partners.models import DashboardReport
from people.models import User

FILE: Final = Path(__file__).parent / "certifications-by-partner.xlsx"
AGE: Final = timedelta(days=8)
MET: Final = "Open Reqs Met?"
TAB: Final = "Certifications by Partner"
HEADS_IN_ROW: Final = 4  # the numbers' heads stand in the row below the others


def load(*, by: User) -> DashboardReport:
    """Wants the demo's partners."""
    file = acts.keep(FILE.read_bytes(), name=FILE.name, by=by)
    return acts.take_over(file, as_of=timezone.localdate() - AGE, by=actor_of(by))


def lines() -> Iterator[dict[str, Any]]:
    """Its partners with their numbers, by head."""
    rows = [*load_workbook(FILE)[TAB].iter_rows(values_only=True)]
    heads = [below or above for above, below in zip(rows[HEADS_IN_ROW - 2], rows[HEADS_IN_ROW - 1], strict=True)]
    for row in rows[HEADS_IN_ROW:]:
        if row[0] != "Total":
            yield {str(head): cell for head, cell in zip(heads, row, strict=True)}
