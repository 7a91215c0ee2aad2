"""The only writer of a request's stage: which may follow which, and one event for each."""

from __future__ import annotations

from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import DESK, Actor, record
from nfr import requests
from nfr.models import LicenceRequest
from tickets.actions import Refused
from tickets.models import Ticket
from tickets.models.ticket import ENDED
from tickets.procedures import Finish

Stage = LicenceRequest.Stage
OPEN: Final = frozenset({Stage.READING, Stage.ASKED, Stage.DECIDING})
UNDER_WAY: Final = OPEN | {Stage.AT_SUPPORT, Stage.PASSED_ON}
OVER: Final = frozenset({Stage.DONE, Stage.REFUSED, Stage.ENDED})

MOVES: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(UNDER_WAY, UNDER_WAY | OVER),
    Stage.REFUSED: UNDER_WAY | OVER,  # the partner has met what was missing
    Stage.ENDED: UNDER_WAY | OVER,
    Stage.DONE: OPEN | {Stage.PASSED_ON, Stage.AT_SUPPORT},  # asked for anew on the same ticket
}


def end_if_resolved(ticket: Ticket, request: LicenceRequest) -> None:
    """For a step that has something to wait for: somebody has ended the ticket without it, so the procedure ends."""
    if ticket.status in ENDED:
        move(request, Stage.ENDED, why=_("The ticket is resolved."))
        raise Finish(_("The ticket was resolved before this was done."))


def move(request: LicenceRequest, stage: str, *, by: Actor = DESK, why: str = "") -> LicenceRequest:
    """Moves it, with one event; where it is there already, nothing happens. Refused where the way is not open.

    `request` is changed too, only in its stage: what the caller has set otherwise stays the caller's to save.
    """
    with requests.holding(request) as row:
        if row.stage != stage:
            if stage not in MOVES[row.stage]:
                words = _("A request that is “%(now)s” cannot become “%(next)s”.")
                raise Refused(words % {"now": row.get_stage_display(), "next": Stage(stage).label})
            before, row.stage, row.stage_since = row.stage, stage, timezone.now()
            row.save(update_fields=["stage", "stage_since"])
            record(row, "stage changed", by=by, before={"stage": before}, after={"stage": stage}, why=why)
    request.stage, request.stage_since = row.stage, row.stage_since
    return request
