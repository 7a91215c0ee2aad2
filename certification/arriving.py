"""An export that comes with the ticket: a worker makes the report of it, or writes down why it is none."""

from __future__ import annotations

from django.db import transaction

from certification import pulling, requests
from certification.models import ReportRequest
from certification.reports import making
from people.models import User
from tickets import steps
from tickets.actions import Refused
from tickets.actions.core import locked
from tickets.models import Attachment, Ticket


def read_files(pk: int) -> None:
    """Those of a colleague, and the one a person has chosen; once there is a report the rest are left alone."""
    ticket = Ticket.objects.select_related("partner", "requester").filter(pk=pk).first()
    request = requests.of(ticket) if ticket is not None else None
    if ticket is None or request is None or request.report_id is not None:
        return
    for one in pulling.untried(request, ticket):
        by = _who(request, one)
        if by is None or not by.on_desk:
            _tried(request, one, pulling.not_ours())
            continue
        try:
            making.make(one.stored.read(), name=one.filename, by=by, account=ticket.partner, ticket=ticket)
        except Refused as refused:
            _tried(request, one, str(refused))
        else:
            return


def _who(request: ReportRequest, one: Attachment) -> User | None:
    """Whoever has chosen it, else whoever put it there."""
    if request.facts.get("wanted") == one.pk:
        return User.objects.filter(pk=request.facts.get("wanted_by")).first()
    return one.message.author_user if one.message else None


def _tried(request: ReportRequest, one: Attachment, why: str) -> None:
    """It is not tried again by itself, and the step says why."""
    with transaction.atomic(), locked(request.ticket) as ticket:
        row = ReportRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        tried = {**row.facts.get("tried", {}), str(one.pk): why}
        row.facts = {name: value for name, value in row.facts.items() if name not in {"wanted", "wanted_by"}}
        row.facts["tried"] = tried
        row.save(update_fields=["facts"])
        steps.heard(ticket, "report")
