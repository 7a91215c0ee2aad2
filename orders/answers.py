"""The six answers: quote, purchase order or status, each with Order Operations there already or not.

Without them the seller, the ISR and the channel manager of the opportunity are copied, and so is Order Operations,
except for US PubSec. The partner's documents go along again. Whoever sends reads the warnings beside To and Cc.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from documents.models import StoredFile
from mail.address_lists import Address
from orders import attaching, complete, distributors, people, pubsec
from orders.models import OrderRequest
from orders.people import Person
from tickets import prepared
from tickets.actions import Recipient
from tickets.models import PreparedReply

COPIED: Final = {
    "purchase_order": "order-ops-copied-po",
    "quote_request": "order-ops-copied-quote",
    "order_status": "order-ops-copied-status",
}
REDIRECTED: Final = {
    "purchase_order": "redirect-po",
    "quote_request": "redirect-quote",
    "order_status": "redirect-status",
}
SELLER_UNKNOWN: Final = "Partner Order Operations"  # in the text of the answer, which is English


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Everything the composer is given."""

    response: str
    values: Mapping[str, str]
    to: Sequence[Recipient]
    cc: Sequence[Recipient] = ()
    files: Sequence[tuple[StoredFile, str]] = ()
    warnings: Sequence[str] = ()


def offer(request: OrderRequest, *, step: str) -> PreparedReply:
    """Puts the answer into the composer; again is harmless."""
    answer = answer_of(request)
    return prepared.offer(
        request.ticket,
        step=step,
        response=answer.response,
        values=answer.values,
        to=answer.to,
        cc=answer.cc,
        files=answer.files,
        warnings=answer.warnings,
    )


def answer_of(request: OrderRequest) -> Answer:
    return _copied(request) if is_with_order_ops(request) else _redirected(request)


def is_with_order_ops(request: OrderRequest) -> bool:
    """They have it and it is theirs; what is of US PubSec is not, whoever was copied."""
    return bool(request.with_order_ops) and not is_public_sector(request)


def is_public_sector(request: OrderRequest) -> bool:
    """By the opportunity, once that is known; before by the partner."""
    if request.public_sector is not None:
        return request.public_sector
    return pubsec.of_account(request.ticket.partner)


def _copied(request: OrderRequest) -> Answer:
    """To the sender and their colleagues; nothing else is done."""
    beside = distributors.beside(request.ticket)
    return Answer(
        response=COPIED[request.kind],
        values={"order_ops": settings.ORDER_OPS_ADDRESS},
        to=_sender(request),
        cc=_colleagues(beside.colleagues),
        warnings=beside.left_out,
    )


def _redirected(request: OrderRequest) -> Answer:
    found = people.kept(request.people)
    beside, ours = distributors.beside(request.ticket), is_public_sector(request)
    return Answer(
        response=REDIRECTED[request.kind],
        values=_values(request, found, public_sector=ours),
        to=_sender(request),
        cc=[*_ours(found), *_order_ops(public_sector=ours), *_colleagues(beside.colleagues)],
        files=[(one.stored, one.filename) for one in attaching.documents(request.ticket)],
        warnings=[*_problems(request, found), *distributors.warnings(request), *beside.left_out],
    )


def _values(request: OrderRequest, found: Sequence[Person], *, public_sector: bool) -> dict[str, str]:
    """What is not known stays out: its blank blocks sending, or takes its paragraph along where that may be missing."""
    seller, isr = people.of_role(found, "seller"), people.of_role(found, "isr")
    manager, deal = people.of_role(found, "manager"), request.opportunity if distributors.sees_deal(request) else {}
    known = {
        "seller": _seller(request, seller, public_sector=public_sector),
        "isr": isr.name if isr is not None and isr.reachable else "",
        "opp_name": str(deal.get("name") or request.opportunity_name or request.customer),
        "opp_stage": str(deal.get("stage", "")),
        "po_no": request.po_no,
        "quote_no": request.quote_no,
        "attachments": "\n".join(one.filename for one in attaching.documents(request.ticket)),
        "missing_items": "\n".join(one.sentence for one in complete.missing(request)),
        "order_ops": "" if public_sector else settings.ORDER_OPS_ADDRESS,
        "attached": str(deal.get("name", "")) if request.document_ref else "",
    }
    if request.opportunity_id:
        known["cam"] = manager.name if manager is not None and manager.reachable else ""
    return known


def _seller(request: OrderRequest, seller: Person | None, *, public_sector: bool) -> str:
    """Where nobody knows the opportunity, Order Operations looks for it; of US PubSec a person has to say who."""
    if seller is not None:
        return seller.name if seller.reachable else ""
    return "" if public_sector or request.opportunity_id else SELLER_UNKNOWN


def _sender(request: OrderRequest) -> list[Recipient]:
    asked = request.ticket.requester
    return [Recipient(address=asked.email, name=asked.name)]


def _ours(found: Iterable[Person]) -> list[Recipient]:
    return [
        prepared.Person(address=one.address, name=one.name, role=people.role_in_words(one.role))
        for one in found
        if one.reachable
    ]


def _order_ops(*, public_sector: bool) -> list[Recipient]:
    if public_sector:
        return []
    role = people.role_in_words("order_ops")
    return [prepared.Person(address=settings.ORDER_OPS_ADDRESS, name=SELLER_UNKNOWN, role=role)]


def _colleagues(found: Iterable[Address]) -> list[Recipient]:
    return [Recipient(address=one.address, name=one.name) for one in found]


def _problems(request: OrderRequest, found: Sequence[Person]) -> list[str]:
    """What a person has to know about who is copied and who is not."""
    words = [one.problem for one in found if one.problem]
    if not request.opportunity_id:
        words.append(_("Nobody has said which opportunity it is, so no seller is copied."))
    if is_public_sector(request):
        words.append(_("US PubSec: Partner Order Operations is left out, it is never theirs."))
        if request.with_order_ops:
            words.append(_("The partner wrote to Partner Order Operations too, and waits for them in vain."))
    if late := ", ".join(one.filename for one in attaching.came_after(request)):
        said = {"names": late, "deal": request.opportunity.get("name", "")}
        words.append(_("%(names)s came after the order was attached to %(deal)s, and is not there.") % said)
    return words
