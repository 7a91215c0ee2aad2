"""Who may get the table: the administrators of the portal, as the export itself names them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from certification.models import Report, ReportRequest
from partners.models import TeamMember
from tickets.models import Ticket


@dataclass(frozen=True, kw_only=True)
class Person:
    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Whom the desk itself would send it to, nobody where it does not know; and why."""

    person: Person | None
    says: str


def administrators(report: Report) -> list[Person]:
    """The active ones with an address, as the export marks them."""
    if report.team is None:
        return []
    rows = TeamMember.objects.filter(report=report.team, admin=True).exclude(active=False).exclude(email="")
    return [Person(name=one.name, email=one.email) for one in rows.order_by("name", "pk")]


def of(request: ReportRequest, ticket: Ticket) -> Chosen:
    """The administrator the request names, else the asker; certain only where the export says that they are one."""
    known = {one.email: one for one in administrators(request.report)} if request.report else {}
    asker = ticket.requester.email.strip().lower()
    wanted = request.admin_email or asker
    if wanted in known:
        return Chosen(person=known[wanted], says=_("%(email)s is an administrator of the portal.") % {"email": wanted})
    if not known:
        return Chosen(person=None, says=_("The export marks nobody as an administrator of the portal."))
    return Chosen(
        person=None, says=_("The export does not mark %(email)s as an administrator of the portal.") % {"email": wanted}
    )
