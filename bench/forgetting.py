"""What a measured job has opened is gone afterwards, with everything that hangs on it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import QuerySet

from integrations.models import Envelope
from journal.models import Event
from loa.models import LetterRequest
from mail.models import OutgoingMail
from service_attach.models import Proof
from tickets.models import Ticket


def tickets(rows: QuerySet[Ticket]) -> None:
    numbers = list(rows.values_list("pk", flat=True))
    requests = LetterRequest.objects.filter(ticket__in=numbers)
    _events("loa.letterrequest", list(requests.values_list("pk", flat=True)))
    requests.delete()
    _events("service_attach.proof", list(Proof.objects.filter(ticket__in=numbers).values_list("pk", flat=True)))
    _events("tickets.ticket", numbers)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tickets_step WHERE ticket_id = ANY(%s)", [numbers])
    OutgoingMail.objects.filter(token_key__in=[f"PHD-{number}" for number in numbers]).delete()
    Ticket.objects.filter(pk__in=numbers).delete()


def letters(envelopes: QuerySet[Envelope]) -> None:
    """Envelopes with their news, and the requests and tickets they have opened."""
    found = list(envelopes.values_list("pk", flat=True))  # they may be those of requests that are gone in a moment
    tickets(Ticket.objects.filter(letter_request__envelope__in=found))
    LetterRequest.objects.filter(envelope__in=found).delete()
    Envelope.objects.filter(pk__in=found).delete()


def _events(subject: str, numbers: Sequence[int]) -> None:
    Event.objects.filter(subject_type=subject, subject_id__in=numbers)._raw_delete("default")  # noqa: SLF001 - events are never deleted elsewhere
