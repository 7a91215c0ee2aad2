"""A list as a file, whole and as it is filtered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.tables import writing
from partners.certified.leavers import Leaver
from partners.certified.moving import Moved
from partners.certified.nearly import Short
from partners.certified.page import Page
from partners.models import Account

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS: Final = dict(zip("ABCDEFGHIJK", (36, 12, 12, 26, 30, 30, 20, 20, 40, 14, 14), strict=True))
NAMES: Final = {"short": "one-certificate-short", "gained": "newly-met", "lost": "newly-lost", "left": "left"}


def response(page: Page, *, workbook: bool) -> HttpResponse:
    rows = _table(page)
    name = f"certifications-{NAMES[page.asked.show]}-{timezone.localdate():%Y-%m-%d}"
    if workbook:
        return _download(writing.workbook(rows, title=_("Certifications"), widths=WIDTHS), XLSX, f"{name}.xlsx")
    return _download(writing.separated(rows), CSV, f"{name}.csv")


def _table(page: Page) -> Iterator[Sequence[str]]:
    partner = (_("Partner"), _("Track"), _("Region"), _("Channel manager"))
    if page.asked.show == "left":
        heads = _("Name"), _("E-mail"), _("Courses"), _("What is known"), _("Still counted by"), _("Last seen")
    elif page.asked.show == "short":
        heads = _("For"), _("Course"), _("Have it"), _("Needed"), _("How"), _("Where")
    else:
        heads = _("For"), _("Since"), _("Before"), _("Now"), _("Why"), _("Dashboard as of")
    yield (*partner, *heads)
    for row in page.found:
        yield (*_partner(row.account), *_rest(row, page))


def _partner(account: Account) -> tuple[str, str, str, str]:
    return account.name, account.track, account.region, str(account.channel_manager or "")


def _rest(row: Short | Moved | Leaver, page: Page) -> Sequence[str]:
    if isinstance(row, Leaver):
        seen = row.seen.isoformat() if row.seen else ""
        return row.name, row.email, ", ".join(row.passed), row.words, ", ".join(row.counted_by), seen
    if isinstance(row, Short):
        return str(page.gate), row.course, str(row.there), str(row.needed), row.how, row.link
    as_of = row.now.dashboard.isoformat() if row.now.dashboard else ""
    return str(page.gate), page.moves.since.isoformat(), row.before, row.now.state, " ".join(row.words), as_of


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
