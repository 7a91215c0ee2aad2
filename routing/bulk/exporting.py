"""What became of every line, as CSV or workbook, and the file for Salesforce's Data Loader."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from typing import Final

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from routing.bulk import writing
from routing.bulk.counting import ASKED, State
from routing.models import OwnershipChange, OwnershipRow

BYTE_ORDER_MARK: Final = "\ufeff"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK: Final = 2000
WIDTHS: Final = (8, 22, 36, 26, 26, 30, 14, 60, 20)


class Echo:
    """A file for the csv module that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def result(change: OwnershipChange, *, state: str = "") -> HttpResponseBase:
    """Every line with its outcome and the words for it; only those of one state when it is named."""
    return _download(_as_csv(_table(change, state)), f"{_name(change, state)}.csv")


def result_workbook(change: OwnershipChange, *, state: str = "") -> HttpResponseBase:
    """The same as a workbook."""
    answer = HttpResponse(writing.workbook(_table(change, state), widths=WIDTHS), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{_name(change, state)}.xlsx"'
    return answer


def loader(change: OwnershipChange, *, back: bool = False) -> HttpResponseBase:
    """`Id,OwnerId` as Data Loader takes it; `back` with the owners as they were."""
    name = f"owners-{change.pk}-{'back' if back else 'data-loader'}.csv"
    return _download(_loader(change, back=back), name)


def _table(change: OwnershipChange, state: str) -> Iterator[Sequence[str]]:
    yield (
        _("Line"),
        _("Account id"),
        _("Account"),
        _("Owner before"),
        _("New owner"),
        _("Contracted territories"),
        _("Outcome"),
        _("Words"),
        _("Written (UTC)"),
    )
    rows = _rows(change)
    for row in (rows.filter(state=state) if state else rows).iterator(chunk_size=CHUNK):
        yield (
            str(row.number),
            row.salesforce_id,
            row.name,
            row.old_owner_name,
            row.new_owner_name,
            "; ".join([*(f"+{one}" for one in row.add_territories), *(f"-{one}" for one in row.remove_territories)]),
            str(row.get_state_display()),
            row.words,
            f"{row.written.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if row.written else "",
        )


def _loader(change: OwnershipChange, *, back: bool) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(("Id", "OwnerId"))
    fit = _rows(change).filter(state__in=[State.DONE] if back else ASKED).exclude(new_owner_id="")
    for row in fit.iterator(chunk_size=CHUNK):
        owner = row.old_owner_id if back else row.new_owner_id
        if owner:
            yield writer.writerow((row.salesforce_id, owner))


def _rows(change: OwnershipChange) -> QuerySet[OwnershipRow]:
    return OwnershipRow.objects.filter(change=change).order_by("number")


def _as_csv(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield BYTE_ORDER_MARK
    for row in rows:
        yield writer.writerow([_harmless(cell) for cell in row])


def _harmless(text: str) -> str:
    """No cell that a spreadsheet would compute."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _download(lines: Iterator[str], name: str) -> HttpResponseBase:
    answer = StreamingHttpResponse(lines, content_type=CSV)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _name(change: OwnershipChange, state: str) -> str:
    return f"owners-{change.pk}-{state or 'result'}"
