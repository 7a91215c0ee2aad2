"""What DocuSign says became of PHD's decision, read from the stage that follows its envelope. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from loa import signers
from loa.models import LetterDecision, LetterRequest

Stage = LetterRequest.Stage
What = LetterDecision.What


class Verdict(StrEnum):
    OPEN = ""  # nobody has decided yet
    APPROVED = "approved"
    DECLINED = "declined"
    VOIDED = "voided"
    ENDED = "ended"  # here, without an envelope


OF_STAGE: Final[dict[str, Verdict]] = {
    Stage.LEGAL_REVIEW: Verdict.APPROVED,
    Stage.COMPLETED: Verdict.APPROVED,
    Stage.LEGAL_DECLINED: Verdict.APPROVED,  # by us; what Legal said comes after it
    Stage.DECLINED: Verdict.DECLINED,
    Stage.VOIDED: Verdict.VOIDED,
    Stage.WITHDRAWN: Verdict.ENDED,
}
FITS: Final[dict[str, frozenset[Verdict]]] = {
    What.APPROVE: frozenset({Verdict.APPROVED}),
    What.DECLINE: frozenset({Verdict.DECLINED, Verdict.VOIDED}),
    What.HOLD: frozenset(),
}


def verdict(request: LetterRequest) -> Verdict:
    return OF_STAGE.get(request.stage, Verdict.OPEN)


def words(request: LetterRequest) -> str:
    """What DocuSign says, as a sentence; empty while it waits for us."""
    if request.stage == Stage.DECLINED:
        return _("%(who)s declined it in DocuSign.") % {"who": _who_declined(request)}
    said = {
        Stage.LEGAL_REVIEW: _("It is approved and with Legal."),
        Stage.COMPLETED: _("It is approved and completed."),
        Stage.LEGAL_DECLINED: _("Legal declined it."),
        Stage.VOIDED: _("The envelope is voided."),
        Stage.WITHDRAWN: _("It is not followed up."),
    }
    return said.get(Stage(request.stage), "")


def by_the_partner(request: LetterRequest) -> bool:
    """The partner declined their own request: nobody has to be told."""
    partner = signers.partner(request.envelope) if request.envelope else None
    return request.stage == Stage.DECLINED and bool(partner and partner["status"] == "declined")


def _who_declined(request: LetterRequest) -> str:
    recipients = request.envelope.recipients if request.envelope else []
    declined = next((one for one in recipients if one["status"] == "declined"), None)
    return str(declined["name"] or declined["email"]) if declined else _("Somebody")
