"""Messages put aside: released, they are taken in as if they came now (M-03)."""

from __future__ import annotations

from django.db.models import QuerySet

from mail import inbox
from mail.models import IncomingMail


def waiting() -> QuerySet[IncomingMail]:
    """What a specialist has to look at, newest first."""
    return IncomingMail.objects.filter(outcome=IncomingMail.Outcome.QUARANTINED).order_by("-received")


def release(mail: IncomingMail) -> IncomingMail:
    """Tries again; a message that is not in quarantine any more is left alone."""
    waiting().filter(pk=mail.pk).update(
        state=IncomingMail.State.RECEIVED, outcome="", reason="", error="", attempts=0, claimed_until=None, handled=None
    )
    return inbox.take_in(mail.pk)
