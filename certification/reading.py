"""Who asks for which company, and whom it names as administrator of the portal; each with its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from certification import requests
from certification.models import ReportRequest
from documents.papers import Found, finding
from tickets import papers
from tickets.models import Ticket

Facts = dict[str, list[dict[str, Any]]]

BY_A_PERSON: Final = ("company", "admin_email")
KEPT: Final = 3
UNSURE: Final = 0.6
COMPANIES: Final = (
    "partner company", "company name", "company", "partner name", "partner", "account name", "account", "organization",
    "organisation", "firma", "unternehmen", "société", "entreprise", "empresa", "会社名",
)  # fmt: skip
ADMINS: Final = (
    "portal administrator", "portal admin", "partner portal administrator", "administrator", "partner admin", "admin",
    "portal-administrator", "administrateur du portail", "administrador del portal", "ポータル管理者",
)  # fmt: skip
ADDRESS: Final = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
IN_WORDS: Final = re.compile(
    r"""(?i:\b(?:certifications?|accreditations?|trainings?|report|list|overview|badges)[ \t]+
    (?:(?:report|of[ \t]+everybody[ \t]+at|for|of|at|für|von|de|pour)[ \t]+)(?:the[ \t]+)?)
    ((?:[A-Z\u00c0-\u00dd][\w&.'\u2019-]*)(?:[ ](?:[A-Z\u00c0-\u00dd&][\w&.'\u2019-]*)){0,5})""",
    re.VERBOSE,
)
NO_NAMES: Final = frozenset({"our", "my", "the", "sales", "solution", "pse", "gitlab", "impartner", "all"})


def read(ticket: Ticket) -> ReportRequest:
    """Writes down what is said now; what a person has typed stays. Twice gives the same."""
    begun = requests.begun(ticket)
    facts = facts_of(ticket)
    with transaction.atomic():
        row = ReportRequest.objects.select_for_update(of=("self",)).get(pk=begun.pk)
        row.facts, row.read, row.account = {**row.facts, **facts}, timezone.now(), ticket.partner
        for name, value in _values(facts).items():
            if name not in row.corrected:
                setattr(row, name, value)
        row.save(update_fields=["facts", "read", "account", *BY_A_PERSON])
    row.ticket = ticket
    return row


def facts_of(ticket: Ticket) -> Facts:
    """The form's answers first, then what is labelled, then what a sentence says."""
    sources = [one for one in papers.sources_of(ticket) if one.kind in {"form", "mail"}]
    mails = [one for one in sources if one.kind == "mail"]
    companies = [
        *finding.labelled(sources, COMPANIES, others=ADMINS),
        *(one for one in finding.matching(mails, IN_WORDS, sure=0.5) if _may_be_a_name(one.value)),
    ]
    admins = finding.labelled(sources, ADMINS, ADDRESS, others=COMPANIES)
    return {"company": _rows(companies), "admin_email": _rows(admins)}


def surest(request: ReportRequest, name: str) -> Mapping[str, Any]:
    """The reading behind a value; empty where a person has typed it."""
    rows: Sequence[Mapping[str, Any]] = request.facts.get(name, ())
    return rows[0] if rows and name not in request.corrected else {}


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _rows(founds: Iterable[Found]) -> list[dict[str, Any]]:
    return [one.as_json() for one in finding.each_value(founds)[:KEPT]]


def _values(facts: Facts) -> dict[str, str]:
    admin = _first(facts["admin_email"]).lower()
    return {"company": _first(facts["company"])[:255], "admin_email": admin if is_address(admin) else ""}


def _first(rows: Sequence[Mapping[str, Any]]) -> str:
    return str(rows[0]["value"]) if rows else ""


def _may_be_a_name(text: str) -> bool:
    """“report of Copperline” names somebody; “list of Sales Core” does not."""
    return text.split(maxsplit=1)[0].casefold() not in NO_NAMES
