"""Dashboards for tests: a report with the lines somebody names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from documents.storing import store
from partners.models import Account, DashboardReport, DashboardRow

Lines = Mapping[Account, bool | None] | list[tuple[Account, bool | None, dict[str, Any]]]


def dashboard(as_of: date, lines: Lines, *, withdrawn: bool = False) -> DashboardReport:
    """A dashboard as of a day; `lines` say “Open Reqs Met?” by partner, and the numbers beside it where given."""
    rows = [(account, met, {}) for account, met in lines.items()] if isinstance(lines, Mapping) else lines
    report = DashboardReport.objects.create(
        file=store(b"Partner;Open Reqs Met?\n", name="certifications.csv"),
        as_of=as_of,
        rows_count=len(rows),
        withdrawn=timezone.now() if withdrawn else None,
    )
    for number, (account, met, counts) in enumerate(rows, start=2):
        DashboardRow.objects.create(
            report=report, number=number, partner_name=account.name, account=account, open_reqs_met=met, counts=counts
        )
    return report
