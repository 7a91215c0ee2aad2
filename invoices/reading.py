"""What a request says about the invoice it wants: numbers, days, the deal; each with the words it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from documents.papers import Found, Source, finding
from invoices import days, matters, requests
from invoices.finding import Asked
from invoices.models import InvoiceRequest
from tickets import papers
from tickets.models import Ticket

Row = dict[str, Any]
Facts = dict[str, list[Row]]
BY_A_PERSON: Final = ("number", "transaction_date", "won_on", "opportunity_name")
KEPT: Final = 5  # of each fact, the surest
OF_FORM: Final = {
    "number": "invoice_no",
    "opportunity": "opportunity",
    "transaction_date": "transaction_date",
    "won_on": "closed_won_date",
}
INVOICE: Final = re.compile(r"\b(?:INV[\s\-#]{0,2}\d{4,10}|[A-Z]{2,4}-\d{5,10})\b", re.IGNORECASE)
LOOKS_SO: Final = re.compile(r"\bINV[\s\-#]{0,2}\d{4,10}\b", re.IGNORECASE)
NUMBERED: Final = re.compile(r"[A-Z]{0,4}[\-/ ]?\d[\w\-/]{2,20}", re.IGNORECASE)
QUOTE: Final = re.compile(r"\bQ-\d{4,10}\b", re.IGNORECASE)
NUMBERS: Final = (
    "invoice number", "invoice no", "invoice #", "invoice", "rechnungsnummer", "rechnung nr", "rechnung", "facture n°",
    "facture no", "facture", "factura n.º", "factura no", "factura", "fattura n.", "請求書番号",
)  # fmt: skip
ORDERS: Final = (
    "purchase order number", "purchase order no", "purchase order", "po number", "po no", "po #", "po", "bestellnummer",
    "bestellung", "bon de commande", "orden de compra", "発注番号",
)  # fmt: skip
DAYS: Final = (
    "transaction date", "date of the transaction", "date of transaction", "invoice date", "date of the invoice",
    "order date", "dated", "rechnungsdatum", "rechnung vom", "date de facture", "fecha de factura", "請求日",
)  # fmt: skip
WON: Final = (
    "closed-won on", "closed won on", "closed-won", "closed won", "close date", "won on", "deal was won on",
    "day the deal was won", "closed on", "gewonnen am", "abschluss am", "受注日",
)  # fmt: skip
DEALS: Final = (
    "opportunity name", "opportunity", "end customer", "customer name", "customer", "endkunde", "kunde", "client final",
    "cliente final", "案件名", "顧客名",
)  # fmt: skip


def read(ticket: Ticket) -> InvoiceRequest:
    """Writes down what is said now; what a person has typed stays. Twice gives the same."""
    request = requests.begun(ticket)
    sources = papers.sources_of(ticket)
    facts = facts_of(ticket, sources)
    request.facts, request.read = facts, timezone.now()
    if "about" not in request.corrected:
        request.about = matters.about_of(ticket, sources)
    for field, value in _values(facts).items():
        if field not in request.corrected:
            setattr(request, field, value)
    request.account = ticket.partner
    request.save()
    return request


def asked(request: InvoiceRequest) -> Asked:
    """What there is to look for."""
    quotes = request.facts.get("quote", [])
    return Asked(
        number=request.number,
        quote=quotes[0]["value"] if quotes else "",
        transaction_date=request.transaction_date,
        won_on=request.won_on,
        opportunity=request.opportunity_name,
    )


def facts_of(ticket: Ticket, sources: Sequence[Source]) -> Facts:
    """The surest of each first; the form's own fields before anything."""
    today = timezone.localdate()
    read = {
        "number": _numbers(sources),
        "po_no": finding.labelled(sources, ORDERS, NUMBERED),
        "quote": finding.matching(sources, QUOTE, sure=0.9),
        "transaction_date": days.found(sources, DAYS, today=today),
        "won_on": days.found(sources, WON, today=today),
        "opportunity": finding.labelled(_told(sources), DEALS, others=(*NUMBERS, *ORDERS, *DAYS, *WON)),
    }
    found = {name: [one.as_json() for one in finding.each_value(founds)][:KEPT] for name, founds in read.items()}
    for name, row in _of_form(ticket.fields or {}):
        found[name] = [row, *(one for one in found[name] if one["value"] != row["value"])]
    return {name: rows for name, rows in found.items() if rows}


def _numbers(sources: Sequence[Source]) -> list[Found]:
    """Beside its label, or by its looks; what stands beside “PO” is no invoice."""
    return [*finding.labelled(sources, NUMBERS, INVOICE, others=ORDERS), *finding.matching(sources, LOOKS_SO, sure=0.9)]


def _told(sources: Sequence[Source]) -> list[Source]:
    """A name is said in words, not by the name of a file."""
    return [one for one in sources if one.kind != "name"]


def _of_form(fields: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    for name, field in OF_FORM.items():
        value = " ".join(str(fields.get(field) or "").split())
        if not value:
            continue
        row = {"value": value, "source": _("Request form"), "quote": "", "sure": 1.0, "link": "", "page": 1}
        if name == "number":
            yield _kind_of_number(value), row
        else:
            yield name, row


def _kind_of_number(value: str) -> str:
    """The form asks for the number of an invoice or of an order in one field."""
    if QUOTE.fullmatch(value):
        return "quote"
    return "po_no" if re.match(r"(?i)p\.?o\b", value) else "number"


def _values(facts: Facts) -> Mapping[str, Any]:
    """The columns: the surest of each, where it can be one."""
    return {
        "number": _first(facts, "number")[:80],
        "po_no": _first(facts, "po_no")[:80],
        "transaction_date": _day(facts, "transaction_date"),
        "won_on": _day(facts, "won_on"),
        "opportunity_name": _first(facts, "opportunity")[:255],
    }


def _first(facts: Facts, name: str) -> str:
    return str(facts[name][0]["value"]) if facts.get(name) else ""


def _day(facts: Facts, name: str) -> date | None:
    """Only a day that can be read in one way."""
    sure = [row for row in facts.get(name, []) if not row.get("also")]
    return parse_date(sure[0]["value"]) if sure else None
