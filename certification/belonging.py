"""Does whoever asks belong to the partner? The table holds home addresses: it goes to that partner and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from certification.models import ReportRequest
from partners import matching
from tickets import askers
from tickets.models import Ticket

Belongs = ReportRequest.Belongs
LONGEST: Final = 300


@dataclass(frozen=True, kw_only=True)
class Found:
    """`settled` where nobody has to say it; a colleague belongs nowhere, so the table goes to an administrator."""

    belongs: str
    says: str
    settled: bool = False


def of(request: ReportRequest, ticket: Ticket) -> Found:
    """By the asker's own address and the company they name; never because a text claims it."""
    asker = askers.asker_of(ticket)
    if other := _another_company(request, ticket):
        return Found(belongs=Belongs.NO, says=other)
    if asker.sure:
        return Found(belongs=Belongs.YES, says=asker.says, settled=True)
    if asker.elsewhere:
        return Found(belongs=Belongs.NO, says=asker.says)
    if asker.colleague:
        words = _("%(email)s is a colleague: the table goes to an administrator of %(name)s, not to them.")
        says = words % {"email": asker.email, "name": ticket.partner}
        return Found(belongs=Belongs.UNKNOWN, says=says, settled=True)
    return Found(belongs=Belongs.UNKNOWN, says=asker.says)


def keep(request: ReportRequest, belongs: str, says: str) -> None:
    request.belongs, request.belongs_says = belongs, says[:LONGEST]
    request.save(update_fields=["belongs", "belongs_says"])


def _another_company(request: ReportRequest, ticket: Ticket) -> str:
    """The sentence, where the request names a partner that is not the ticket's."""
    if not request.company or ticket.partner is None:
        return ""
    named = matching.match(company=request.company).sure
    if named is None or named.pk == ticket.partner.pk:
        return ""
    words = _("They ask for %(named)s, and the ticket is about %(partner)s.")
    return words % {"named": named, "partner": ticket.partner}
