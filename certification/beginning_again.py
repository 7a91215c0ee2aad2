"""Another partner on a request, or a merged one: whose table it is has changed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from certification import pulling, requests
from certification.models import Report, ReportRequest
from journal.record import Actor
from partners.models import Account
from tickets import prepared, steps
from tickets.actions import Refused
from tickets.models import Step, Ticket

FIRST, SEND = "read", "send"
OVER = (Step.State.DONE, Step.State.SKIPPED)


def partner_changed(ticket: Ticket, by: Actor) -> None:
    """Asked, pulled and drafted for the company it is now. The caller holds the ticket."""
    request = requests.of(ticket) if ticket.kind == requests.KIND else None
    if request is None:
        return
    now = {one.slug: one for one in steps.of(ticket)}
    if SEND not in now or now[SEND].state in OVER:
        return
    if request.report is not None and request.report.account != ticket.partner:
        pulling.settle(request, None)
    ReportRequest.objects.filter(pk=request.pk).update(account=ticket.partner, belongs="", belongs_says="")
    why = _("The partner is another one now.")
    try:
        if now[FIRST].state in OVER and now["company"].state in OVER:
            steps.go_back(ticket, FIRST, by=None, why=why)
    except Refused:  # a worker is at it, or a person has decided since: what is drafted may not be sent
        prepared.withdraw_in(ticket, why=why, by=by)


def follow(lost: Account, survivor: Account) -> None:
    """In the transaction of the merge."""
    Report.objects.filter(account=lost).update(account=survivor)
    ReportRequest.objects.filter(account=lost).update(account=survivor)
