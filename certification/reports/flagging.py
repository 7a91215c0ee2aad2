"""Rows that look like another company's: a person says which of them belong, and the table is made without the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import ExitStack
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from certification import export
from certification.models import Report
from certification.reports import converting, forgetting, making, standing
from certification.reports.access import check_may
from documents.models import StoredFile
from journal.record import actor_of, record
from people.models import User
from tickets import steps
from tickets.actions import Refused
from tickets.actions.core import locked
from tickets.models import Ticket
from web.choices import Option

Foreign = Report.Foreign


def decide(report: Report, *, leave_out: Collection[int], by: User, on: Ticket | None = None) -> Report:
    """These lines of the export are left out, the other flagged ones belong; once, and before anything is sent.

    The procedures that wait for it hear of it, but for that of the ticket `on` which it is decided.
    """
    check_may(by)
    with ExitStack() as held:
        held.enter_context(transaction.atomic())
        waiting = _waiting(report, on=on)
        for ticket in waiting:
            held.enter_context(locked(ticket))
        row = Report.objects.select_for_update(of=("self",)).select_related("account", "result").get(pk=report.pk)
        whole = _refuse(row, leave_out).read()
        row.foreign = [{**one, "left_out": one["line"] in leave_out} for one in row.foreign]
        row.foreign_is, row.foreign_by = (Foreign.LEFT_OUT if leave_out else Foreign.KEPT), by
        if leave_out:
            forgetting.put_aside(row)
            making.put_table(row, export.cut(whole, leave_out=leave_out))
        row.save()
        making.take_team(row, converting.members(whole, unsaid=row.unsaid, leave_out=leave_out), by=by)
        after = {"foreign": row.foreign_is, "left_out": standing.left_out(row), "flagged": len(row.foreign)}
        record(row, "report rows decided", by=actor_of(by), after=after)
        for ticket in waiting:
            steps.heard(ticket, "report")
    report.refresh_from_db()
    return report


def option(one: Mapping[str, Any]) -> Option:
    """A flagged row to tick: who, and why it is flagged."""
    name = str(one.get("name") or one.get("email") or _("line %(n)s") % {"n": one["line"]})
    return Option(title=name, about=[str(one.get("email", "")), str(one.get("why", ""))])


def _waiting(report: Report, *, on: Ticket | None) -> list[Ticket]:
    """Locked before the report, as everywhere: two who decide at once wait for each other in one order."""
    found = Ticket.objects.filter(report_request__report=report)
    return list((found.exclude(pk=on.pk) if on else found).order_by("pk"))


def _refuse(row: Report, leave_out: Collection[int]) -> StoredFile:
    """The whole table, where nothing speaks against deciding about it."""
    if row.withdrawn is not None:
        raise Refused(_("This report was withdrawn."))
    if not standing.is_open(row):
        raise Refused(_("Nothing is to be decided here: somebody has said it already."))
    if row.result is None:
        raise Refused(standing.no_table(row))
    known = {one["line"] for one in row.foreign}
    if not set(leave_out) <= known:
        raise Refused(_("These rows are not the flagged ones. Load the page again."))
    if len(leave_out) >= row.rows_count:
        raise Refused(_("Nobody would be left. Is it the export of another company? Withdraw the report then."))
    return row.result
