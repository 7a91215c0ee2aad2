"""The end of it: the last count stands in the register, and the partner hears what became of their licence."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from nfr import requests, stages, whom
from nfr.models import LicenceRequest, SeatCount, SupportRequest
from nfr.seats import counts, steps, support_side
from tickets import prepared
from tickets.models import Status
from tickets.procedures import At, Done

DONE: Final = "nfr-seats-done"
REFUSED: Final = "nfr-seats-refused"


def recount(at: At) -> Done:
    """Nothing new where nobody has named a number since."""
    request = requests.of(at.ticket)
    before = SeatCount.objects.filter(request=request).count()
    counts.settle(request)
    return steps.counted(request, new=SeatCount.objects.filter(request=request).count() > before or not before)


def answer(at: At) -> Done:
    request = requests.of(at.ticket)
    row = support_side.row_of(request)
    refused = row is not None and row.outcome == SupportRequest.Outcome.REFUSED
    person = whom.person_of(request)
    prepared.offer(
        at.ticket,
        step=at.key,
        response=REFUSED if refused else DONE,
        values=_values(request, row, refused=refused),
        to=[person] if person else [],
        then=Status.PENDING_PARTNER if refused else Status.SOLVED,
    )
    if not refused:
        stages.move(request, stages.Stage.DONE)
    return Done(note=_("It says why Support does not go on.") if refused else _("The reply is prepared."))


def _values(request: LicenceRequest, row: SupportRequest | None, *, refused: bool) -> dict[str, str]:
    said = row.answer if row else ""
    given = {"reason_given": said} if refused else {"support_said": said}
    return steps.values_of(request) | given
