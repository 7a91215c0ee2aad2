"""The list of proofs as a file: for whoever works out the rebates of a quarter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.tables import writing
from service_attach import rebates
from service_attach.board.listing import NEWEST, Listing, quarter_of
from service_attach.models import Proof

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS: Final = dict(
    zip("ABCDEFGHIJKLMNOP", (14, 32, 10, 32, 18, 22, 12, 12, 12, 12, 12, 14, 10, 14, 26, 12), strict=True)
)
MOST: Final = 20_000


def proofs(listing: Listing, *, workbook: bool) -> HttpResponse:
    """Every proof the tab and the filters leave, newest first."""
    rows = _table(listing.found().order_by(*NEWEST.by())[:MOST].iterator(chunk_size=2000))
    name = f"proofs-{timezone.localdate():%Y-%m-%d}"
    if workbook:
        return _download(writing.workbook(rows, title=_("Proofs"), widths=WIDTHS), XLSX, f"{name}.xlsx")
    return _download(writing.separated(rows), CSV, f"{name}.csv")


def _table(found: Iterator[Any]) -> Iterator[Sequence[str]]:
    yield (
        _("Ticket"),
        _("Partner"),
        _("Region"),
        _("Customer"),
        _("Deal ID"),
        _("Stage"),
        _("Since"),
        _("Signed on"),
        _("Services to"),
        _("Deal closed"),
        _("Quarter"),
        _("Net ARR"),
        _("Services"),
        _("Rebate, about"),
        _("Channel manager"),
        _("Closed-Won"),
    )
    for proof in found:
        yield _line(proof, proof.services)


def _line(proof: Proof, services: int) -> Sequence[str]:
    account = proof.account
    counts = proof.stage == Proof.Stage.WON
    paid = rebates.rebate(proof.net_arr, services=services)
    return (
        proof.ticket.reference,
        account.name if account else proof.partner_name,
        account.region if account else "",
        proof.customer_name,
        proof.deal_id,
        str(proof.get_stage_display()),
        timezone.localtime(proof.stage_since).date().isoformat(),
        proof.signed_on.isoformat() if proof.signed_on else "",
        proof.services_end.isoformat() if proof.services_end else "",
        proof.deal_closed_on.isoformat() if proof.deal_closed_on else "",
        quarter_of(proof),
        f"{proof.net_arr:.2f}" if proof.net_arr is not None else "",
        str(services) if proof.fiscal_year else "",
        f"{paid.amount:.2f}" if counts and proof.net_arr is not None else "",
        proof.manager_name,
        timezone.localtime(proof.won).date().isoformat() if proof.won else "",
    )


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
