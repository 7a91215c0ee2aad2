"""What a request says about the invoice it wants: numbers, days, the deal; each with the words it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from documents.papers import Found, Source, finding
from invoices import days, deals, matters, requests
from invoices.finding import Asked
from invoices.models import InvoiceRequest
from tickets import papers
from tickets.models import Message, Ticket

About = InvoiceRequest.About
Row = dict[str, Any]
Facts = dict[str, list[Row]]
BY_A_PERSON: Final = ("number", "transaction_date", "won_on", "opportunity_name")
KEPT: Final = 5  # of each fact, the surest
LONGEST: Final = 80  # of the numbers together
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


def read(ticket: Ticket, *, as_copy: bool = False) -> InvoiceRequest:
    """Writes down what is said now; what a person has typed stays. Twice gives the same.

    `as_copy` where a person says that a copy is wanted, whatever else is in it.
    """
    begun = requests.begun(ticket)
    sources = papers.sources_of(ticket)
    facts, about = facts_of(ticket, sources), matters.about_of(ticket, sources)
    with transaction.atomic():
        request = InvoiceRequest.objects.select_for_update(of=("self",)).get(pk=begun.pk)
        request.facts, request.read, request.account = facts, timezone.now(), ticket.partner
        if as_copy:
            request.about, request.corrected = About.COPY, sorted({*request.corrected, "about"})
        read_now = {**_values(facts), "about": about}
        for field in read_now.keys() - set(request.corrected):
            setattr(request, field, read_now[field])
        request.save(update_fields=["facts", "read", "account", "corrected", *read_now])
    request.ticket = ticket
    return request


def not_enough(request: InvoiceRequest) -> list[str]:
    """What was said and cannot be looked for, each with its sentence to the partner."""
    found = []
    if request.po_no and not request.number:
        words = _("Our invoices are not kept by your purchase order number %(number)s, so it does not lead us to one.")
        found.append(words % {"number": request.po_no})
    for name in ("transaction_date", "won_on"):
        row = next(iter(request.facts.get(name, [])), None)
        if row and row.get("also") and getattr(request, name) is None:
            both = [date_format(day, "j F Y") for one in (row["value"], *row["also"]) if (day := parse_date(one))]
            found.append(_("A day you wrote can be read in two ways: is it %(days)s?") % {"days": _(" or ").join(both)})
    return found


def numbers_of(facts: Facts) -> str:
    """The numbers of invoices as they were written, those of one place: “INV-1, INV-2”."""
    rows = facts.get("number", [])
    return _joined([str(row["value"]) for row in rows if row.get("place", 0) == rows[0].get("place", 0)])


def _joined(values: Sequence[str]) -> str:
    """As many as there is room for."""
    while len(", ".join(values)) > LONGEST:
        values = values[:-1]
    return ", ".join(values)


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
    """What was said last first: since we last wrote, then in the form and the mails before, then in papers."""
    places = _places(ticket, sources)
    today = timezone.localdate()
    read = {
        "number": _numbers(sources),
        "po_no": finding.labelled(sources, ORDERS, NUMBERED),
        "quote": finding.matching(sources, QUOTE, sure=0.9),
        "transaction_date": days.found(sources, DAYS, today=today),
        "won_on": days.found(sources, WON, today=today),
        "opportunity": _deals(_told(sources), ticket),
    }
    form = dict(_of_form(ticket.fields or {}))
    found = {name: _in_order(founds, form.get(name), places) for name, founds in read.items()}
    return {name: rows for name, rows in found.items() if rows}


def _places(ticket: Ticket, sources: Sequence[Source]) -> dict[int, int]:
    """Of each source how late it counts: a mail since our last reply, what was said before, papers, names of files."""
    replied = ticket.messages.filter(visibility=Message.Visibility.REPLY, automatic=False).order_by("pk").last()
    newer = papers.messages_of(ticket) if replied else ()
    left = sum(1 for one in newer if replied and one.pk > replied.pk)
    found: dict[int, int] = {}
    for one in sources:
        found[id(one)] = {"paper": 2, "name": 3}.get(one.kind, 1)
        if one.kind == "mail" and left:
            found[id(one)], left = 0, left - 1
    return found


def _in_order(founds: Sequence[Found], of_form: Row | None, places: Mapping[int, int]) -> list[Row]:
    """One of each value, the latest place first and there the surest; with `place`, so that one place may be told."""
    by_place: dict[int, list[Found]] = {}
    for one in founds:
        by_place.setdefault(places[id(one.source)], []).append(one)
    rows = [(place, one.as_json()) for place in by_place for one in finding.each_value(by_place[place])]
    if of_form is not None:
        rows.insert(0, (1, of_form))
    once: dict[str, Row] = {}
    for place, row in sorted(rows, key=lambda pair: pair[0]):
        once.setdefault(" ".join(row["value"].casefold().split()), {**row, "place": place})
    return list(once.values())[:KEPT]


def _numbers(sources: Sequence[Source]) -> list[Found]:
    """Beside its label, or by its looks; what stands beside “PO” is no invoice."""
    return [*finding.labelled(sources, NUMBERS, INVOICE, others=ORDERS), *finding.matching(sources, LOOKS_SO, sure=0.9)]


def _deals(told: Sequence[Source], ticket: Ticket) -> list[Found]:
    """Beside its label; else a deal of the asker's that the text names."""
    labelled = finding.labelled(told, DEALS, others=(*NUMBERS, *ORDERS, *DAYS, *WON))
    return labelled or deals.named_in(told, ticket.partner)


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
        "number": numbers_of(facts),
        "po_no": _first(facts, "po_no")[:80],
        "transaction_date": _day(facts, "transaction_date"),
        "won_on": _day(facts, "won_on"),
        "opportunity_name": _first(facts, "opportunity")[:255],
    }


def _first(facts: Facts, name: str) -> str:
    return str(facts[name][0]["value"]) if facts.get(name) else ""


def _day(facts: Facts, name: str) -> date | None:
    """The first one, if it can be read in one way."""
    row = next(iter(facts.get(name, [])), None)
    return parse_date(row["value"]) if row and not row.get("also") else None
