"""Which group a request is about: asked when nobody can tell, and read again when the partner has answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from nfr import asking, reading, stages, whom
from nfr.models import LicenceRequest
from tickets import prepared
from tickets.procedures import At, Waiting, WaitsFor

RESPONSE: Final = "nfr-which-namespace"
HEARS: Final = (*prepared.HEARS, "received", "papers", "facts", "partner")


def before(at: At, request: LicenceRequest) -> Waiting | None:
    """What comes first: a ticket that is resolved, and an answer that nobody has read yet."""
    stages.end_if_resolved(at.ticket, request)
    return asking.unread(at, request)


def ask(at: At, request: LicenceRequest, *, missing: Sequence[str]) -> Waiting:
    """For us until the question is sent, then for the partner; `missing` is what else a person has to say."""
    if waiting := asking.waiting(at, request, note=_("Asked which group it is.")):
        return waiting
    person, others = whom.person_of(request), ", ".join(missing)
    values = {"asked_namespace": reading.why_no_namespace(request), **whom.greeting(request)}
    if person is not None and asking.offer(at, response=RESPONSE, values=values, to=[person]):
        words = _("Drafted in the composer: which group is it? Read and send it, or say it here.")
    else:
        words = _("Say which group it is about, and: %(others)s.") if others else _("Say which group it is about.")
    return Waiting(for_whom=WaitsFor.DESK, note=words % {"others": others}, due=at.ticket.due)


def drop(at: At) -> None:
    """Nothing has to be asked any more."""
    asking.drop(at, why=_("The group is known now."))
