"""Requests that nobody waits for any more: their ticket has ended and no envelope ever came."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from loa import stages
from loa.models import LetterRequest
from tickets.models import Status

PATIENCE: Final = timedelta(days=1)  # a ticket may be opened again
GONE: Final = (Status.SPAM, Status.MERGED)
OVER: Final = (Status.SOLVED, Status.CLOSED)


def withdraw_ended() -> int:
    """Spam and what was merged at once, what was resolved after a day; how many."""
    over = Q(ticket__status__in=OVER, ticket__updated__lt=timezone.now() - PATIENCE)
    waiting = LetterRequest.objects.filter(envelope=None, stage=LetterRequest.Stage.REQUESTED)
    found = waiting.filter(over | Q(ticket__status__in=GONE)).select_related("ticket")
    for request in found:
        words = _("The ticket is %(status)s, and nobody has signed.")
        status = request.ticket.get_status_display() if request.ticket else ""
        stages.withdraw(request, by=None, why=words % {"status": status})
    return len(found)
