"""Rows that look like another company's: a person says which of them belong, and the table is made without the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from certification.models import Report
from certification.reports import converting, making, standing
from certification.reports.access import check_may
from journal.record import actor_of, record
from people.models import User
from tickets import steps
from tickets.actions import Refused
from tickets.models import Ticket
from web.choices import Option

Foreign = Report.Foreign


def decide(report: Report, *, leave_out: Collection[int], by: User, on: Ticket | None = None) -> Report:
    """These lines of the export are left out, the other flagged ones belong; once, and before anything is sent.

    The procedures that wait for it hear of it, but for that of the ticket `on` which it is decided.
    """
    check_may(by)
    made = converting.of(report.source.read(), name=report.source_name, account=report.account, leave_out=leave_out)
    with transaction.atomic():
        row = Report.objects.select_for_update(of=("self",)).select_related("account", "ticket").get(pk=report.pk)
        _refuse(row, leave_out)
        row.foreign = [{**one, "left_out": one["line"] in leave_out} for one in row.foreign]
        row.foreign_is, row.foreign_by = (Foreign.LEFT_OUT if leave_out else Foreign.KEPT), by
        if leave_out:
            making.put_table(row, made)
        row.save()
        making.take_team(row, made, by=by)
        after = {"foreign": row.foreign_is, "left_out": standing.left_out(row), "flagged": len(row.foreign)}
        record(row, "report rows decided", by=actor_of(by), after=after)
        for request in row.requests.select_related("ticket").exclude(ticket=on):
            steps.heard(request.ticket, "report")
    report.refresh_from_db()
    return report


def option(one: Mapping[str, Any]) -> Option:
    """A flagged row to tick: who, and why it is flagged."""
    name = str(one.get("name") or one.get("email") or _("line %(n)s") % {"n": one["line"]})
    return Option(title=name, about=[str(one.get("email", "")), str(one.get("why", ""))])


def _refuse(row: Report, leave_out: Collection[int]) -> None:
    if row.withdrawn is not None:
        raise Refused(_("This report was withdrawn."))
    if not standing.is_open(row):
        raise Refused(_("Nothing is to be decided here: somebody has said it already."))
    known = {one["line"] for one in row.foreign}
    if not set(leave_out) <= known:
        raise Refused(_("These rows are not the flagged ones. Load the page again."))
    if len(leave_out) >= row.rows_count:
        raise Refused(_("Nobody would be left. Is it the export of another company? Withdraw the report then."))
