"""Which files leave a ticket: a table only to whom it may go, whoever attached it, and never an export as it came.

The same bytes are the same file: also what somebody has downloaded and attached by hand.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from certification import partner_side, pulling, recipients
from certification.models import Report
from certification.reports import standing
from certification.requests import KIND
from documents.models import StoredFile
from partners import matching
from people.models import User
from tickets.models import Attachment, Ticket


def why_not_send(ticket: Ticket, files: Sequence[Attachment], addresses: Sequence[str]) -> str:
    """The reason against the first of them; one statement where none has to do with reports."""
    reports = list(_reports_of({one.stored.sha256 for one in files}).order_by("-pk"))
    return next((why for one in files if (why := _why_not(one, ticket, reports, addresses))), "")


def is_hidden(user: User, file: Attachment) -> bool:
    """Home addresses: no channel manager's, and of the partner's side only theirs to whom it was sent."""
    if not user.is_colleague:
        return file.stored_id in partner_side.files_of_others(file.ticket)
    if file.uploaded_by_id == user.pk:
        return False
    of_a_request = file.ticket.kind == KIND and pulling.is_a_table(file.filename)
    return of_a_request or _reports_of({file.stored.sha256}).exists()


def _why_not(file: Attachment, ticket: Ticket, reports: Sequence[Report], addresses: Sequence[str]) -> str:
    tables = [one for one in reports if one.result is not None and one.result.sha256 == file.stored.sha256]
    speaks = [standing.why_not_to(one, ticket.partner) for one in tables]
    if "" in speaks:
        return _another_company(tables[speaks.index("")], addresses)
    if speaks:
        return speaks[0]
    if any(one.source is not None and one.source.sha256 == file.stored.sha256 for one in reports):
        words = _("%(name)s is the export as it came: it may hold people of other companies. Attach its table instead.")
        return words % {"name": file.filename}
    if ticket.kind == KIND and pulling.is_a_table(file.filename):
        words = _("Nobody has looked whose people are in %(name)s. Upload it as a report, then attach the table.")
        return words % {"name": file.filename}
    return ""


def _another_company(report: Report, addresses: Sequence[str]) -> str:
    """Who certainly writes for another partner gets no table, unless the export marks them as an administrator."""
    administrators = {one.email for one in recipients.administrators(report)}
    for address in addresses:
        other = None if address.strip().lower() in administrators else matching.of_domain(address)
        if other is not None and other.pk != report.account_id:
            words = _("%(email)s is %(other)s's. The table holds home addresses of %(partner)s: take them out.")
            return words % {"email": address, "other": other, "partner": report.account}
    return ""


def _reports_of(digests: set[str]) -> QuerySet[Report]:
    same = StoredFile.objects.filter(sha256__in=digests).values("pk")
    beside = ("account", "source", "result", "team")
    return Report.objects.filter(Q(source__in=same) | Q(result__in=same)).select_related(*beside)
