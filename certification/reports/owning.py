"""Whose report it is, where its addresses did not say so: a person names the partner, and it is looked at anew."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from certification.models import Report
from certification.reports import converting, forgetting, making, standing
from certification.reports.access import check_may
from journal.record import actor_of, record
from partners.models import Account
from people.models import User
from tickets.actions import Refused


def assign(report: Report, account: Account, *, by: User) -> Report:
    """Rows that look strange for that partner are flagged now. Once: a report of the wrong one is withdrawn."""
    check_may(by)
    if report.source is None:
        raise Refused(standing.why_not_sent(report))
    made = converting.of(report.source.read(), name=report.source_name, account=account)
    with transaction.atomic():
        row = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if row.account_id == account.pk:
            return row
        if row.withdrawn is not None:
            raise Refused(_("This report was withdrawn."))
        if row.account is not None:
            raise Refused(_("It is the report of %(name)s. Withdraw it, and upload it again.") % {"name": row.account})
        row.account, row.foreign, row.remarks = account, [dict(one) for one in made.foreign], list(made.remarks)
        row.foreign_is, row.foreign_by = Report.Foreign.OPEN, None
        row.unsaid = list(made.unsaid)
        forgetting.put_aside(row)
        making.put_table(row, made)
        row.save()
        making.take_team(row, converting.members(made.table, unsaid=made.unsaid), by=by)
        record(row, "report assigned", by=actor_of(by), before={"partner": ""}, after={"partner": account.name})
    return row
