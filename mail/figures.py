"""Figures about mail for monitoring: what waits, for how long, and what nobody has looked at."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min, QuerySet
from django.utils import timezone

from mail.models import IncomingMail, OutgoingMail
from web.metrics import register_gauge

WAITING = (OutgoingMail.State.QUEUED, OutgoingMail.State.SENDING)


def register() -> None:
    register_gauge(
        "desk_mail_unprocessed_age_seconds", "Age of the oldest mail that is stored and not taken in.", unread
    )
    register_gauge("desk_mail_unsent_age_seconds", "Age of the oldest mail that should have left.", unsent)
    register_gauge("desk_mail_failed", "Mails that could not be sent.", failed)
    register_gauge("desk_mail_quarantined", "Mails kept aside until somebody looks.", quarantined)


def unread() -> float:
    return _age(IncomingMail.objects.filter(state=IncomingMail.State.RECEIVED), "received")


def unsent() -> float:
    due = OutgoingMail.objects.filter(state__in=WAITING).exclude(not_before__gt=timezone.now())
    return _age(due, "created")


def failed() -> float:
    return OutgoingMail.objects.filter(state=OutgoingMail.State.FAILED).count()


def quarantined() -> float:
    return IncomingMail.objects.filter(outcome=IncomingMail.Outcome.QUARANTINED).count()


def _age(rows: QuerySet[IncomingMail] | QuerySet[OutgoingMail], field: str) -> float:
    oldest: datetime | None = rows.aggregate(oldest=Min(field))["oldest"]
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0
