"""One report before one reader's eyes: its table page by page, what is counted, what is odd, what may be done."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Final

from django.urls import reverse

from certification.models import Report
from certification.reports import standing
from certification.reports.forms import AttachForm, PartnerForm, RowsForm
from people.models import User
from tickets.models.ticket import ENDED, NO_REQUEST

SIZE: Final = 200
MOST_FLAGGED: Final = 300
MOST_REMARKS: Final = 50


@dataclass(frozen=True, kw_only=True)
class Row:
    cells: list[str]
    flagged: bool


@dataclass(frozen=True)
class Opened:
    report: Report
    user: User
    asked: Mapping[str, str]
    forms: Mapping[str, Any]
    refused: str = ""

    @property
    def is_open(self) -> bool:
        return self.report.withdrawn is None and standing.is_open(self.report)

    @cached_property
    def why_not(self) -> str:
        """Why it may not be sent to its ticket, or to anybody."""
        if self.report.ticket is not None:
            return standing.why_not_to(self.report, self.report.ticket.partner)
        return standing.why_not_sent(self.report)

    @property
    def ticket_is_over(self) -> bool:
        ticket = self.report.ticket
        return ticket is not None and (ticket.status in ENDED or ticket.status in NO_REQUEST)

    @property
    def counts(self) -> list[tuple[str, int, int]]:
        """Course, how many have it, and what share of the people that is."""
        people = self.report.rows_count or 1
        return [(name, n, round(100 * n / people)) for name, n in standing.counts_of(self.report).items()]

    @property
    def flagged(self) -> list[Mapping[str, Any]]:
        return list(self.report.foreign[:MOST_FLAGGED])

    @property
    def more_flagged(self) -> int:
        return max(0, len(self.report.foreign) - MOST_FLAGGED)

    @property
    def remarks(self) -> list[str]:
        return list(self.report.remarks[:MOST_REMARKS])

    @property
    def more_remarks(self) -> int:
        return max(0, len(self.report.remarks) - MOST_REMARKS)

    @cached_property
    def page(self) -> int:
        text = self.asked.get("page", "")
        wanted = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
        return min(max(1, wanted), self.pages)

    @property
    def pages(self) -> int:
        return max(1, -(-self.report.rows_count // SIZE))

    @property
    def before(self) -> str:
        return self._href(self.page - 1) if self.page > 1 else ""

    @property
    def after(self) -> str:
        return self._href(self.page + 1) if self.page < self.pages else ""

    @property
    def first(self) -> int:
        return (self.page - 1) * SIZE + 1

    @property
    def last(self) -> int:
        return min(self.page * SIZE, self.report.rows_count)

    @cached_property
    def heads(self) -> list[str]:
        return self._lines[0] if self._lines else []

    @cached_property
    def rows(self) -> list[Row]:
        """Those that look strange are marked as long as nobody has said what becomes of them."""
        strange = {int(one["line"]) for one in self.report.foreign} if self.is_open else set()
        return [Row(cells=cells, flagged=line in strange) for line, cells in enumerate(self._lines[1:], self.first + 1)]

    @cached_property
    def partner_form(self) -> Any:
        return self.forms.get("partner") or PartnerForm()

    @cached_property
    def attach_form(self) -> Any:
        return self.forms.get("attach") or AttachForm(user=self.user)

    @cached_property
    def rows_form(self) -> Any:
        return self.forms.get("rows") or RowsForm(flagged=list(self.report.foreign))

    @cached_property
    def _lines(self) -> list[list[str]]:
        """The head, and the rows of the page; read from the stored table as far as that."""
        if self.report.result is None:
            return []
        with self.report.result.key.open("rb") as handle, io.TextIOWrapper(handle, "utf-8-sig", newline="") as text:
            lines = csv.reader(text)
            head = next(lines, [])
            start = (self.page - 1) * SIZE
            return [head, *islice(lines, start, start + SIZE)]

    def _href(self, page: int) -> str:
        return reverse("certification:report", args=[self.report.pk]) + (f"?page={page}" if page > 1 else "")
