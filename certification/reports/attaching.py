"""A report into the composer of a ticket: through its procedure, or as a reply prepared at once."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from certification import answers, pulling, recipients, requests
from certification.models import Report, ReportRequest
from certification.recipients import Person
from certification.reports import standing
from certification.reports.access import check_may
from people.models import User
from tickets import steps
from tickets.actions import Refused
from tickets.actions.core import locked
from tickets.models import Step, Ticket
from tickets.models.ticket import ENDED, NO_REQUEST

ANSWER, PULL, SEND = "answer", "pull", "send"
OVER: Final = (Step.State.DONE, Step.State.SKIPPED)


def attach(report: Report, ticket: Ticket, *, by: User) -> Ticket:
    """Nothing is sent: a person reads the reply and sends it. The report as it is now, whatever a page showed of it."""
    check_may(by)
    with locked(ticket) as row:
        report = Report.objects.select_for_update(of=("self",)).select_related("account", "result").get(pk=report.pk)
        _refuse(report, row)
        request = requests.of(row) if row.kind == requests.KIND else None
        if request is None or not _goes_on(request, report, row, by=by):
            _offer(report, row)
    ticket.refresh_from_db()
    return ticket


def _refuse(report: Report, row: Ticket) -> None:
    if why := standing.why_not_to(report, row.partner):
        raise Refused(why)
    if row.status in ENDED or row.status in NO_REQUEST:
        words = _("The ticket is %(state)s. Open it again to send something.")
        raise Refused(words % {"state": row.get_status_display()})


def _goes_on(request: ReportRequest, report: Report, row: Ticket, *, by: User) -> bool:
    """The procedure takes it from here; False where it has come too far to do so."""
    now = {one.slug: one for one in steps.of(row)}
    if PULL not in now or now[SEND].state in OVER:
        return False
    pulling.settle(request, report)
    if now[PULL].state not in OVER:
        steps.heard(row, "report")
        return True
    try:
        steps.decide_anew(row, PULL, by=by, why=_("Another export"))
    except Refused:
        return False
    return True


def _offer(report: Report, row: Ticket) -> None:
    """To the asker, where the export marks them as an administrator; else to the only one there is; else to nobody."""
    asker = answers.requester_of(row)
    people = {one.email: one for one in recipients.administrators(report)}
    to, warnings = people.get(asker.email), []
    if to is None and len(people) == 1:
        to = next(iter(people.values()))
    if to is None:
        to = Person(name="", email="")
        words = _("The export does not mark %(email)s as an administrator of the portal. Say yourself who gets it.")
        warnings.append(words % {"email": asker.email})
    asked_by = str(row.requester) if to.email and to.email != asker.email else ""
    answer = answers.sending(report, asked_by=asked_by, warnings=warnings)
    answers.offer(row, answer, to=to, step=_key(report, row))


def _key(report: Report, row: Ticket) -> str:
    """The step of the procedure that waits for it, or a key of its own."""
    found = next((one for one in steps.of(row) if one.slug == ANSWER), None)
    waits = found is not None and row.kind == requests.KIND and found.state in OVER
    return found.key if found is not None and waits else f"{row.reference}.report.{report.pk}"
