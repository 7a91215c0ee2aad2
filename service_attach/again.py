"""The partner has answered: the procedure begins again at reading, or at the registration, with what has come."""

from __future__ import annotations

import logging

from django.utils.translation import gettext as _

from service_attach import checking, proofs, reading
from tickets import papers, steps
from tickets.actions import Refused
from tickets.models import Ticket

log = logging.getLogger(__name__)


def read(pk: int) -> None:
    """Once for each answer, however often it is said; what stands further along looks itself."""
    ticket = Ticket.objects.filter(pk=pk, kind=proofs.KIND).first()
    proof = proofs.known(ticket) if ticket else None
    if ticket is None or proof is None or not reading.is_stale(proof):
        return
    now = steps.current(ticket)
    if now is None or now.slug != "complete":
        return
    try:
        steps.go_back(ticket, "read", by=None, why=_("The partner has answered."))
    except Refused as refused:
        log.info("%s is not read again: %s", ticket.reference, refused)


def look_up(pk: int) -> None:
    """Something was said while it waited for the decision: everything new is read, and the registration found anew."""
    ticket = Ticket.objects.filter(pk=pk, kind=proofs.KIND).first()
    proof = proofs.known(ticket) if ticket else None
    now = steps.current(ticket) if ticket else None
    if ticket is None or proof is None or now is None or now.slug != "decide":
        return
    if not checking.is_old(proof, checking.compared(ticket)):
        return
    why = _("The partner has answered.") if reading.is_stale(proof) else _("What the proof says has changed.")
    if reading.is_stale(proof):
        papers.read_all(ticket)
        reading.read(ticket)
    try:
        steps.go_back(ticket, "registration", by=None, why=why)
    except Refused as refused:
        log.info("%s is not looked up again: %s", ticket.reference, refused)
