"""What a report is good for: may it be sent, and why not."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.models import Report
from certification.table.columns import titles
from partners.models import Account

Foreign = Report.Foreign


def is_open(report: Report) -> bool:
    """Rows look like another company's, and nobody has said what becomes of them."""
    return bool(report.foreign) and report.foreign_is == Foreign.OPEN and report.forgotten is None


def no_table(report: Report) -> str:
    if report.forgotten is not None:
        return _("Its files were deleted: it is too old. Export the team again.")
    return _("There is no table of this report.")


def why_not_sent(report: Report) -> str:
    """Why its table may go to nobody yet; nothing where it may."""
    if report.withdrawn is not None:
        return _("This report was withdrawn.")
    if is_open(report):
        words = ngettext(
            "%(n)d row looks like another company's. Say first whether it belongs here.",
            "%(n)d rows look like another company's. Say first whether they belong here.",
            len(report.foreign),
        )
        return words % {"n": len(report.foreign)}
    return no_table(report) if report.result is None else ""


def why_not_to(report: Report, partner: Account | None) -> str:
    """Why it may not go to that partner."""
    if why := why_not_sent(report):
        return why
    if report.account is None:
        return _("Nobody has said whose report this is.")
    if partner is None:
        return _("The ticket has no partner yet. Set it first.")
    if partner.pk != report.account.pk:
        words = _("This is the report of %(name)s, and the ticket is about %(partner)s.")
        return words % {"name": report.account, "partner": partner}
    return ""


def left_out(report: Report) -> int:
    return sum(bool(one.get("left_out")) for one in report.foreign)


def counts_of(report: Report) -> dict[str, int]:
    """How many hold each course, in the order of the table; what its columns are not called any more comes last."""
    known = [title for title in titles() if title in report.counts]
    return {name: int(report.counts[name]) for name in [*known, *(one for one in report.counts if one not in known)]}


def counted(report: Report) -> list[str]:
    """“Sales Core Training: 3”, one for each course."""
    return [_("%(course)s: %(n)d") % {"course": name, "n": count} for name, count in counts_of(report).items()]
