"""The letters in force as a file: for whoever has to show them, and for the list of those to be called back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.tables import writing
from loa.board import asking, clocks, lanes
from loa.board.asking import Asked
from loa.models import Letter
from people.models import User

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS: Final = dict(zip("ABCDEFGHIJKL", (36, 12, 12, 24, 24, 32, 28, 12, 12, 12, 12, 68), strict=True))


def letters_in_force(asked: Asked, user: User, *, workbook: bool) -> HttpResponse:
    """Every letter in force the filters leave, newest first."""
    today = timezone.localdate()
    found = lanes.in_force(asking.letters(asked, user), today).order_by("-dated", "-id")
    rows = _table(list(found.select_related("account__channel_manager", "request").prefetch_related("request__spans")))
    name = f"letters-in-force-{today:%Y-%m-%d}"
    if workbook:
        content = writing.workbook(rows, title=_("Letters in force"), widths=WIDTHS)
        return _download(content, XLSX, f"{name}.xlsx")
    return _download(writing.separated(rows), CSV, f"{name}.csv")


def _table(letters: Sequence[Letter]) -> Iterator[Sequence[str]]:
    yield (
        _("Partner"),
        _("Track"),
        _("Region"),
        _("Channel manager"),
        _("Requester"),
        _("Requester's e-mail"),
        _("End customer"),
        _("Dated"),
        _("Valid to"),
        _("Took"),
        _("Ticket"),
        _("SHA-256 of the signed copy"),
    )
    for letter in letters:
        account, request = letter.account, letter.request
        manager = account.channel_manager if account else None
        yield (
            account.name if account else letter.company,
            account.track if account else "",
            account.region if account else "",
            manager.name if manager else "",
            letter.requester_name,
            letter.requester_email,
            letter.end_customer,
            letter.dated.isoformat(),
            letter.valid_until.isoformat(),
            clocks.took(request) if request else "",
            f"PHD-{request.ticket_id}" if request and request.ticket_id else "",
            letter.sha256,
        )


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
