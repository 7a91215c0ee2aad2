"""What a question is about: the copy of an invoice, a vendor or tax form, a payment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from documents.papers import Source
from invoices.models import InvoiceRequest
from tickets.models import Ticket
from tickets.search import fold

About = InvoiceRequest.About
READ: Final = 4_000
_COPY: Final = re.compile(
    r"\b(copy|copies|pdf|duplicate|re-?send)\b.{0,40}\binvoices?\b|\binvoices?\b.{0,30}\b(copy|pdf)\b"
    r"|\brechnungskopie|\bcopie de (la |notre )?facture|\bcopia de (la |nuestra )?factura|請求書の(コピー|再発行|写し)"
)
_TAX: Final = re.compile(r"\bw-?[89](ben)?(-?e)?\b|\btax (forms?|residency|certificates?)\b|\bsteuerformular|税務")
_VENDOR: Final = re.compile(
    r"\b(vendor|supplier|creditor)\b.{0,30}\b(set ?-?up|onboarding|registration|forms?|master|questionnaire)\b"
    r"|\blieferanten(formular|selbstauskunft|stammdaten)|\bformulaire fournisseur|\b(alta|formulario) de proveedor"
    r"|仕入先登録|取引先登録"
)
_REBATE: Final = re.compile(
    r"\brebates?\b|\breferral fees?\b|\bcoupa\b|\bpay-?outs?\b|\bincentive (payment|program)|\bruckvergutung"
    r"|\bristourne|\breembolso|リベート|報奨金|紹介料"
)
_PAYMENT: Final = re.compile(
    r"\b(bank (details|account)|remittance|payment (status|terms|received|advice|confirmation|reminder)|dunning"
    r"|vat (number|id)|corrected invoice|credit note|overdue|has been paid|have paid|we paid|billing address)\b"
    r"|\b(ust|umsatzsteuer)-?id|\bzahlung(seingang|sbestatigung|serinnerung)?\b|\bmahnung\b|\bgutschrift\b|\bpaiement\b|\bpago\b|入金|支払"
)
_OF_TOPIC: Final = {"vendor_form": About.VENDOR_FORM, "rebate": About.PAYMENT}


def about_of(ticket: Ticket, sources: Sequence[Source]) -> str:
    """A form where one is named; else what asks for a copy is one, whatever else it mentions; else a payment."""
    text = words_of(ticket, sources)
    if _TAX.search(text):
        return About.TAX_FORM
    if _VENDOR.search(text):
        return About.VENDOR_FORM
    if ticket.topic in _OF_TOPIC:
        return str(_OF_TOPIC[ticket.topic])
    if (_REBATE.search(text) or _PAYMENT.search(text)) and not _COPY.search(text):
        return About.PAYMENT
    return About.COPY


def matter_of(about: str, ticket: Ticket, text: str) -> str:
    """Whose matter it is, see `owners`: a rebate is paid by us, an invoice is settled with Billing."""
    if about != About.PAYMENT:
        return about
    return "rebate" if _REBATE.search(text) or ticket.topic == "rebate" else "payment"


def words_of(ticket: Ticket, sources: Sequence[Source]) -> str:
    told = " ".join(" ".join(one.pages) for one in sources if one.kind in {"mail", "form"})
    return fold(f"{ticket.subject} {told[:READ]}")
