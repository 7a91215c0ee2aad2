"""A problem with the process of letters: an issue for its owners, filled in, as a link and as a text to copy.

Handbook, “Reporting a Problem with LoAs”. Where issues are opened and who is tagged stands in the resource
`reach-loa-problem`: its address is the project's page for a new issue, its remark names the owners.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from loa.models import LetterRequest
from people.models import User
from tickets.models import Resource, Ticket

RESOURCE: Final = "reach-loa-problem"
MOST_OF_A_LINK: Final = 6_000  # characters of a text that an address carries without harm


@dataclass(frozen=True, kw_only=True)
class Report:
    title: str
    text: str
    owners: tuple[str, ...]
    link: str  # empty while nobody has said where issues are opened


def report(ticket: Ticket, *, what: str, by: User) -> Report:
    """`what` is the person's own sentence; the facts of the letter follow it."""
    row = Resource.objects.filter(slug=RESOURCE).first()
    owners = tuple(name.strip() for name in (row.remark if row else "").split(",") if name.strip())
    letter = LetterRequest.objects.select_related("envelope", "account").filter(ticket=ticket).first()
    title = _("Letter process: %(company)s, %(reference)s") % {
        "company": (letter.company if letter else "") or str(ticket.partner or ticket.requester),
        "reference": ticket.reference,
    }
    text = _text(ticket, letter, what=what, owners=owners, by=by)
    return Report(title=title, text=text, owners=owners, link=_link(row.address if row else "", title, text))


def _text(ticket: Ticket, letter: LetterRequest | None, *, what: str, owners: tuple[str, ...], by: User) -> str:
    facts = [
        (_("Request at the help desk"), f"{ticket.reference} {settings.PUBLIC_URL}/tickets/{ticket.reference}/"),
        (_("Partner"), str(ticket.partner or "")),
        *(_of_letter(letter) if letter else []),
        (_("Reported by"), f"{by}, {date_format(timezone.localdate(), 'j F Y')}"),
    ]
    lines = [what.strip() or _("What goes wrong: "), "", *(f"- {name}: {value}" for name, value in facts if value)]
    if owners:
        lines += ["", _("For: %(names)s") % {"names": ", ".join(owners)}]
    return "\n".join(lines)


def _of_letter(letter: LetterRequest) -> list[tuple[str, str]]:
    envelope = letter.envelope
    return [
        (_("Company on the letter"), letter.company),
        (_("Stage"), letter.get_stage_display()),
        (_("Envelope in DocuSign"), f"{envelope.envelope_id} ({envelope.status})" if envelope else ""),
        (_("Reason in DocuSign"), letter.reason),
    ]


def _link(address: str, title: str, text: str) -> str:
    if not address.startswith(("https://", "http://")):
        return ""
    joined = "&" if "?" in address else "?"
    return address + joined + urlencode({"issue[title]": title, "issue[description]": text[:MOST_OF_A_LINK]})
