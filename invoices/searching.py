"""Reading and looking in one: what is asked, what Salesforce has, whose it is. A worker does it, as often as wanted."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from invoices import finding, parties, reading, requests
from invoices.finding import Found
from invoices.models import InvoiceRequest
from tickets import papers, steps
from tickets.models import Message, Ticket

HEARD = "found"


def run(ticket: Ticket, *, decides: bool = True) -> InvoiceRequest:
    """Decides by itself where one invoice fits everything and whose it is, is known; else a person does.

    With `decides` off it never does: somebody had it looked for again.
    """
    began = timezone.now()  # what comes in meanwhile is looked for again
    papers.read_all(ticket)
    request = reading.read(ticket)
    asked, asker = reading.asked(request), parties.asker_of(ticket)
    found = finding.look(asked, account=ticket.partner)
    sure = finding.certain(found, asked) if decides and asker.sure else None
    said = parties.of([sure] if sure else [], asker)
    with transaction.atomic():
        now = InvoiceRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if _stands(now) != _stands(request):
            return now  # somebody has decided or corrected it while we looked
        request.found = [one.as_json() for one in found]
        request.chosen = [sure.id] if sure and said.party else []
        request.party, request.party_says = (said.party, said.says[:300]) if sure else ("", "")
        request.looked, request.decided, request.decided_by = began, None, None
        request.save(update_fields=["found", "chosen", "party", "party_says", "looked", "decided", "decided_by"])
    return request


def _stands(request: InvoiceRequest) -> list[object]:
    """What a person says of it."""
    return [request.decided, request.corrected, *(getattr(request, name) for name in reading.BY_A_PERSON)]


def again(pk: int) -> None:
    """What somebody has typed or the partner has written since is looked for; the step that waits for it hears it."""
    request = InvoiceRequest.objects.select_related("ticket__requester", "ticket__partner").get(pk=pk)
    if request.decided is None and is_outdated(request):
        run(request.ticket)
        steps.heard(request.ticket, HEARD)


def is_outdated(request: InvoiceRequest) -> bool:
    """Nobody has looked since the partner wrote last, or a person has corrected something."""
    if request.looked is None:
        return True
    return words_of(request.ticket).filter(created__gt=request.looked).exists()


def words_of(ticket: Ticket) -> QuerySet[Message]:
    """What the partner has written; no stranger's mail, and nothing a program sent while they are away."""
    theirs = Message.objects.filter(ticket=ticket, visibility=Message.Visibility.IN)
    return theirs.filter(unknown_sender=False, automatic=False)


def found_of(request: InvoiceRequest) -> list[Found]:
    return [finding.of_json(row) for row in request.found]


def chosen_of(request: InvoiceRequest) -> list[Found]:
    return [one for one in found_of(request) if one.id in request.chosen]


def pick(found: Sequence[Found], ids: Sequence[str]) -> list[Found]:
    return [one for one in found if one.id in ids]


def of(ticket: Ticket) -> InvoiceRequest | None:
    return requests.of(ticket)
