"""A report that was wrong: it is sent to nobody, and its people count no more."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certification import pulling
from certification.models import Report, ReportRequest
from certification.reports.access import check_may
from journal.record import actor_of, record
from partners import team
from people.models import User
from tickets import prepared, steps
from tickets.actions import Refused
from tickets.actions.core import locked
from tickets.models import PreparedReply, Ticket

PULL = "pull"


def withdraw(report: Report, *, why: str, by: User) -> Report:
    """With a reason; what was prepared with its table is withdrawn, what was sent stays sent."""
    check_may(by)
    reason = why.strip()
    if not reason:
        raise Refused(_("Say why it is withdrawn."))
    with transaction.atomic():
        asking = list(ReportRequest.objects.filter(report=report).select_related("ticket").order_by("ticket"))
        for request in asking:
            _let_go(request, why=reason, by=by)
        _take_out_of_composers(report, why=reason, by=by)
        row = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if row.withdrawn is None:
            row.withdrawn = timezone.now()
            row.save(update_fields=["withdrawn"])
            _people_of(row, by=by, why=reason)
            record(row, "report withdrawn", by=actor_of(by), before={"withdrawn": False}, why=reason)
    report.refresh_from_db()
    return report


def _let_go(request: ReportRequest, *, why: str, by: User) -> None:
    """Its procedure waits for another export, unless the table is sent already."""
    with locked(request.ticket) as row:
        pulling.settle(request, None)
        now = {one.slug: one for one in steps.of(row)}
        pull = now.get(PULL)
        if pull is None or pull.state != pull.State.DONE or now["send"].state == pull.State.DONE:
            return
        try:
            steps.decide_anew(row, PULL, by=by, why=why)
        except Refused:  # a person has decided since: the step that prepares the reply finds no table
            prepared.withdraw_in(row, why=why, by=actor_of(by))


def _take_out_of_composers(report: Report, *, why: str, by: User) -> None:
    """As its table is now; without one, replies that have no file at all would be meant."""
    table = Report.objects.values_list("result", flat=True).get(pk=report.pk)
    if table is None:
        return
    offered = PreparedReply.objects.filter(state=PreparedReply.State.OFFERED, files__stored=table)
    for ticket in Ticket.objects.filter(pk__in=offered.values("ticket")).order_by("pk"):
        with locked(ticket) as row:
            prepared.withdraw_in(row, why=why, by=actor_of(by))
            steps.heard(row, "sent")


def _people_of(report: Report, *, by: User, why: str) -> None:
    """The same people may stand by another report of that day."""
    if report.team is None:
        return
    if not Report.objects.filter(team=report.team, withdrawn=None).exclude(pk=report.pk).exists():
        team.withdraw(report.team, by, why=why)
