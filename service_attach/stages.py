"""The only writer of a proof's stage: which may follow which, and one event for each."""

from __future__ import annotations

from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import DESK, Actor, record
from service_attach import proofs
from service_attach.models import Proof
from tickets.actions import Refused
from tickets.models.ticket import NO_REQUEST

Stage = Proof.Stage
UNDER_WAY: Final = frozenset({Stage.READING, Stage.MISSING, Stage.ASKED, Stage.CHECKING, Stage.DECIDING, Stage.WRITING})
TAKEN: Final = frozenset({Stage.WRITING, Stage.WON})  # only one proof may be at a registration
_BEFORE_WRITING: Final = frozenset({Stage.READING, Stage.MISSING, Stage.ASKED, Stage.CHECKING, Stage.DECIDING})

MOVES: Final[dict[str, frozenset[str]]] = {
    **{one: _BEFORE_WRITING | {Stage.WRITING, Stage.WON, Stage.ENDED} for one in _BEFORE_WRITING},
    Stage.WRITING: frozenset({Stage.WON, Stage.DECIDING, Stage.CHECKING, Stage.TAKEN_BACK, Stage.ENDED}),
    Stage.WON: frozenset({Stage.TAKEN_BACK}),
    Stage.TAKEN_BACK: _BEFORE_WRITING | {Stage.WRITING, Stage.ENDED},
    Stage.ENDED: _BEFORE_WRITING | {Stage.WON},
}


def move(proof: Proof, stage: str, *, by: Actor = DESK, why: str = "") -> Proof:
    """Moves it, with one event; where it is there already, nothing happens. Refused where the way is not open.

    `proof` is changed too, only in its stage: what the caller has set otherwise stays the caller's to save.
    """
    with proofs.holding(proof) as row:
        if row.stage != stage:
            _check(row, stage)
            before, row.stage, row.stage_since = row.stage, stage, timezone.now()
            row.save(update_fields=["stage", "stage_since"])
            record(row, "stage changed", by=by, before={"stage": before}, after={"stage": stage}, why=why)
    proof.stage, proof.stage_since = row.stage, row.stage_since
    return proof


def _check(row: Proof, stage: str) -> None:
    if stage not in MOVES[row.stage]:
        words = _("A proof that is “%(now)s” cannot become “%(next)s”.")
        raise Refused(words % {"now": row.get_stage_display(), "next": Stage(stage).label})
    if stage in TAKEN and not row.registration_id:
        raise Refused(_("No registration is known for this proof. Find it by its Deal ID first."))
    if stage in TAKEN and (other := taken_by(row)):
        if _is_given_up(other):
            move(other, Stage.ENDED, why=_("Its ticket is no proof any more."))
            return
        raise Refused(_("%(ticket)s is the proof of this registration already.") % {"ticket": other.ticket.reference})


def taken_by(proof: Proof) -> Proof | None:
    """Another proof that this registration belongs to."""
    if not proof.registration_id:
        return None
    others = Proof.objects.filter(registration_id=proof.registration_id, stage__in=TAKEN).exclude(pk=proof.pk)
    return others.select_related("ticket").first()


def _is_given_up(proof: Proof) -> bool:
    """Decided and not written yet, when its ticket became another request, or none."""
    ticket = proof.ticket
    return proof.stage == Stage.WRITING and (ticket.kind != proofs.KIND or ticket.status in NO_REQUEST)
