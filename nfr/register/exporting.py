"""The register as a file: what the tab and the filters leave, sorted as on the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.tables import writing
from nfr.models import Licence
from nfr.register import states
from nfr.register.listing import Listing, Waiting

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST: Final = 20_000
_SIZES: Final = (32, 12, 10, 24, 14, 10, 10, 10, 10, 12, 28, 16, 12, 12, 22, 24, 28, 16, 30, 22, 30)
WIDTHS: Final = dict(zip("ABCDEFGHIJKLMNOPQRSTU", _SIZES, strict=True))


def register(listing: Listing, *, workbook: bool) -> HttpResponse:
    """Licences, or the requests under way."""
    rows = _requests(listing) if listing.of_requests else _licences(listing)
    name = f"nfr-{'requests' if listing.of_requests else 'licences'}-{timezone.localdate():%Y-%m-%d}"
    if workbook:
        return _download(writing.workbook(rows, title=_("NFR licences"), widths=WIDTHS), XLSX, f"{name}.xlsx")
    return _download(writing.separated(rows), CSV, f"{name}.csv")


def _licences(listing: Listing) -> Iterator[Sequence[str]]:
    yield (
        _("Partner"), _("Track"), _("Region"), _("Channel manager"), _("Type"), _("Tier"), _("Seats granted"),
        _("Seats allowed"), _("Seats in use"), _("Counted"), _("Namespace"), _("Licence id"), _("Start"), _("End"),
        _("State"), _("Contact"), _("E-mail"), _("Support ticket"), _("Exception"), _("Approved by"), _("Note"),
    )  # fmt: skip
    found = listing.found().order_by(*listing.order.by())[:MOST]
    for one in found.iterator(chunk_size=2000):
        yield _line(one, listing.on)


def _line(one: Licence, on: date) -> Sequence[str]:
    account = one.account
    manager = account.channel_manager if account else None
    return (
        account.name if account else one.partner_name,
        account.track if account else "",
        account.region if account else "",
        manager.name if manager else "",
        str(one.get_type_display()),
        str(one.get_tier_display()),
        _number(one.seats),
        _number(one.seats_allowed),
        _number(one.seats_used),
        timezone.localtime(one.seats_counted).date().isoformat() if one.seats_counted else "",
        one.namespace,
        one.licence_ref,
        _day(one.starts),
        _day(one.ended or one.ends),
        states.of(one, on=on).words,
        one.contact_name,
        one.contact_email,
        one.support_ticket,
        one.exception,
        one.exception_by,
        one.note,
    )


def _requests(listing: Listing) -> Iterator[Sequence[str]]:
    yield (
        _("Ticket"), _("Partner"), _("Track"), _("Region"), _("About"), _("Stage"), _("Since"), _("Type"),
        _("Namespace"), _("Seats"), _("Support ticket"),
    )  # fmt: skip
    found: Any = listing.asked_requests().order_by(*listing.order.by())[:MOST]
    for one in found.iterator(chunk_size=2000):
        row = Waiting(request=one)
        yield (
            one.ticket.reference,
            row.partner,
            one.account.track if one.account else "",
            one.account.region if one.account else "",
            row.topic,
            str(one.get_stage_display()),
            timezone.localtime(one.stage_since).date().isoformat(),
            row.types,
            one.namespace,
            _number(one.seats),
            one.support_ticket,
        )


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
