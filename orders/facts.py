"""What is looked for in an order, and how: what the form asked, what stands beside a label of eight languages, shapes.

Each fact is a list, the surest first, as `Found.as_json` writes it. `data/` has the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from documents.papers import Found, Source, finding
from orders import attached, company_names, figures, numbers, products
from partners import names
from tickets.models import Ticket
from web import datafiles

Facts = dict[str, list[dict[str, Any]]]
DATA: Final = Path(__file__).parent / "data"
LABELS: Final[Mapping[str, Sequence[str]]] = datafiles.read(DATA / "labels.toml")
SHAPES: Final = {
    name: [(re.compile(one["pattern"], 0 if one.get("cased") else re.IGNORECASE), one["sure"]) for one in shapes]
    for name, shapes in datafiles.read(DATA / "shapes.toml").items()
}
NUMBER: Final = re.compile(
    r"(?<![\w@])((?=[\w./\-]*\d)(?!\d{1,2}[./]\d{1,2}[./]\d{2,4}\b)[A-Z0-9][A-Z0-9./\-_]{1,38}[A-Z0-9])(?![\w@])",
    re.IGNORECASE,
)
EMAIL: Final = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
VALUES: Final = {"po_no": NUMBER, "quote_no": NUMBER, "deal_id": NUMBER, "sold_to_email": EMAIL}
BESIDE_A_LABEL: Final = (
    "po_no", "quote_no", "deal_id", "opportunity_name", "customer", "sold_to_email", "invoice_owner", "reseller",
    "payment_terms",
)  # fmt: skip
BY_SHAPE: Final = (
    "po_no", "quote_no", "customer", "sold_to_email", "invoice_owner", "payment_terms", "entity", "renewal",
    "line_items", "order_form",
)  # fmt: skip
NUMBERS: Final = frozenset({"po_no", "quote_no", "deal_id"})
COMPANIES: Final = frozenset({"customer", "invoice_owner", "reseller"})
NOT_BEHIND: Final = {"po_no": re.compile(r"\bbox\W*$", re.IGNORECASE)}  # a P.O. box is no order
IN_THE_FORM: Final = ("po_no", "quote_no", "customer", "deal_id")
ON_PAPER: Final = frozenset({"line_items"})  # what a mail says in passing is none
MOST: Final = 5
OURS: Final = re.compile(r"\bgitlab\b", re.IGNORECASE)
SAME: Final = 86  # two names of one company


def of(ticket: Ticket, sources: Sequence[Source]) -> Facts:
    """Every fact that was found; a fact nobody wrote down has no line."""
    found = in_sources(sources) | attached.of(ticket)
    found["po_no"] = list({numbers.bare(row["value"]): row for row in reversed(found["po_no"])}.values())[::-1]
    for name in ("customer", "sold_to_email"):
        found[name] = [row for row in found[name] if not _is_known(name, str(row["value"]), ticket)]
    for name in IN_THE_FORM:
        if value := str(ticket.fields.get(name) or "").strip():
            found[name] = [_of_form(value), *(row for row in found[name] if row["value"] != value)][:MOST]
    return {name: rows for name, rows in found.items() if rows}


def in_sources(sources: Sequence[Source]) -> Facts:
    """What the texts say, whoever it is about; empty lists too."""
    return {
        **{name: _rows(_found(name, sources)) for name in dict.fromkeys((*BESIDE_A_LABEL, *BY_SHAPE))},
        **{name: _rows(rows) for name, rows in products.of(sources, LABELS).items()},
        **{name: _rows(rows) for name, rows in figures.of(sources, LABELS).items()},
    }


def _found(name: str, sources: Sequence[Source]) -> Iterable[Found]:
    unwanted = NOT_BEHIND.get(name)
    found = _candidates(name, sources)
    for one in company_names.whole(found) if name in COMPANIES else found:
        if name in NUMBERS and not numbers.is_one(name, one):
            continue
        if unwanted is None or not unwanted.search(one.source.pages[one.page - 1][max(0, one.start - 12) : one.start]):
            yield one


def _candidates(name: str, sources: Sequence[Source]) -> Iterable[Found]:
    wanted = [one for one in sources if one.kind == "paper"] if name in ON_PAPER else sources
    if name in BESIDE_A_LABEL:
        others = [label for other, labels in LABELS.items() if other != name for label in labels]
        yield from finding.labelled(wanted, LABELS[name], VALUES.get(name), others=others)
    for pattern, sure in SHAPES.get(name, ()) if name in BY_SHAPE else ():
        yield from finding.matching(wanted, pattern, sure=sure)


def _rows(found: Iterable[Found]) -> list[dict[str, Any]]:
    return [one.as_json() for one in finding.each_value(found)[:MOST]]


def _of_form(value: str) -> dict[str, Any]:
    return {"value": value[:255], "source": _("the request form"), "quote": "", "sure": 1.0, "link": "", "page": 0}


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _is_known(name: str, value: str, ticket: Ticket) -> bool:
    """The partner, their own people and ourselves are nobody's customer."""
    if OURS.search(value):
        return True
    if "@" in value:
        return name == "customer" or _domain(value) == _domain(ticket.requester.email)
    return ticket.partner is not None and names.likeness(value, ticket.partner.name) >= SAME
