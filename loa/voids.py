"""A void ends an envelope for everybody: who reads the reason, and the question before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from loa import signers
from loa.models import LetterRequest

ENDED_BY_OTHERS: Final = frozenset({LetterRequest.Stage.LEGAL_DECLINED, LetterRequest.Stage.VOIDED})


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Somebody DocuSign writes to when the envelope is voided."""

    name: str
    email: str
    role: str


def readers(request: LetterRequest) -> list[Reader]:
    """Every recipient: those who had it, and copies."""
    found = request.envelope.recipients if request.envelope else []
    had = [one for one in found if one["status"] in signers.HAS_IT]
    return [Reader(name=one["name"] or one["email"], email=one["email"], role=one["role"]) for one in had]


def question(request: LetterRequest) -> str:
    """Names the effect, as the confirmation of what cannot be undone."""
    company = str(request.account or "") or request.company or _("this company")
    names = ", ".join(dict.fromkeys(one.name for one in readers(request)))
    words = _("Void the envelope of %(company)s? It ends for everybody; DocuSign writes to %(names)s with the reason.")
    return words % {"company": company, "names": names or _("every recipient")}
