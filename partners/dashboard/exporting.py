"""The lines of a dashboard as a CSV that Excel opens as it is, whatever somebody named a partner."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from partners.models import DashboardReport, DashboardRow

BYTE_ORDER_MARK = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
SAID = {True: "Yes", False: "No", None: ""}


class Echo:
    """A file for the csv module that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def response(report: DashboardReport, rows: Iterable[DashboardRow]) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(_lines(report, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="certifications-{report.as_of:%Y-%m-%d}.csv"'
    return answer


def _lines(report: DashboardReport, rows: Iterable[DashboardRow]) -> Iterator[str]:
    writer = csv.writer(Echo())
    others = _other_columns(report)
    yield BYTE_ORDER_MARK
    heads = [_("Partner, as written"), _("Partner"), _("Track"), _("Channel manager"), "Open Reqs Met?", *others]
    yield writer.writerow(_harmless(head) for head in heads)
    for row in rows:
        account = row.account
        known = (account.name, account.track, str(account.channel_manager or "")) if account else ("", "", "")
        cells = [row.partner_name, *known, SAID[row.open_reqs_met], *(row.counts.get(name, "") for name in others)]
        yield writer.writerow(_harmless(cell) for cell in cells)


def _other_columns(report: DashboardReport) -> list[str]:
    first = report.rows.exclude(counts={}).values_list("counts", flat=True)[:200]
    named = {name for counts in first for name in counts}
    return [name for name in report.columns if name in named]


def _harmless(cell: object) -> str:
    """No cell that a spreadsheet would compute."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
