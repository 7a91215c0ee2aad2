"""What the partner typed, made out of the fields of a form or the text of a letter: company, end customer, …

Each template names its fields as somebody liked. The names are compared without case, blanks and signs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tickets.actions.core import clean_line

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "company": (
        "company", "companyname", "company name as in the partner agreement", "partnercompany", "partner",
        "partnername", "legalentity", "legalname", "legalcompanyname", "organization", "organisation", "firma",
        "firmenname", "unternehmen", "société", "raisonsociale", "empresa", "azienda", "会社名", "회사명", "公司名称",
    ),
    "requester": ("requester", "requestedby", "requestername", "name", "fullname", "yourname", "contactname"),
    "email": ("requesteremail", "email", "emailaddress", "e-mail", "contactemail", "youremail"),
    "end_customer": ("endcustomer", "customer", "customername", "enduser", "endcustomername", "tenderissuer"),
    "country": ("country", "land", "pays", "país"),
    "purpose": ("purpose", "tender", "project", "reason", "opportunity"),
}  # fmt: skip
_SIGNS: Final = re.compile(r"[\W_]+")
_CONFIRMS: Final = re.compile(
    r"\bthis confirms that\s+(?P<company>.{2,200}?)\s+is authori[sz]ed\b", re.IGNORECASE | re.DOTALL
)
_LABEL: Final = re.compile(r"^\s*(?P<name>[^:]{2,60}?)\s*(?:[:]\s*(?P<value>.*))?$")
LONGEST: Final = 255


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What was found, in our words; empty where it was not there."""

    company: str = ""
    requester: str = ""
    email: str = ""
    end_customer: str = ""
    country: str = ""
    purpose: str = ""


def of_fields(values: Mapping[str, str]) -> Typed:
    """The first field of each name that says anything."""
    plain = {_plain(name): clean(value) for name, value in values.items() if clean(value)}
    found = {
        ours: next((plain[key] for name in names if (key := _plain(name)) in plain), "")
        for ours, names in _NAMES.items()
    }
    return Typed(**found)


def of_text(texts: Sequence[str]) -> Typed:
    """From the lines of a letter: a label and its value on one line or on two, else its own sentence."""
    values: dict[str, str] = {}
    for text in texts:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        for at, line in enumerate(lines):
            for name, value in _pairs(line, lines[at + 1] if at + 1 < len(lines) else ""):
                values.setdefault(name, value)
    typed = of_fields(values)
    if typed.company:
        return typed
    said = next((match for text in texts if (match := _CONFIRMS.search(text))), None)
    company = clean(said["company"]) if said else ""
    return typed if not company or company.casefold().startswith("the company named") else _with(typed, company)


def clean(value: str) -> str:
    """One line, with nothing that turns or covers the words around it."""
    return clean_line(value.replace("\x00", ""))[:LONGEST]


def _pairs(line: str, following: str) -> list[tuple[str, str]]:
    """“Company: Acme”, “Company” above “Acme”, or “Company Acme” where a table puts them side by side."""
    match = _LABEL.match(line)
    if match and match["value"]:
        return [(match["name"], match["value"])]
    if _plain(line.rstrip(":")) in _LABELS:
        return [(line.rstrip(":"), following)] if _plain(following) not in _LABELS else []
    said = line.split()
    for words in (3, 2, 1):
        head, rest = " ".join(said[:words]), " ".join(said[words:])
        if rest and not rest[0].islower() and _plain(head) in _BESIDE:
            return [(head, rest)]
    return []


def _with(typed: Typed, company: str) -> Typed:
    return Typed(**{**typed.__dict__, "company": company})


def _plain(name: str) -> str:
    return _SIGNS.sub("", name).casefold()


_LABELS: Final = frozenset(_plain(name) for names in _NAMES.values() for name in names)
_BESIDE: Final = _LABELS - {  # these also begin a sentence: “Partner Help Desk has approved”
    "partner", "name", "customer", "land", "reason", "project", "organization", "organisation", "opportunity",
}  # fmt: skip
