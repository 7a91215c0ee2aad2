"""Figures about mail for monitoring (R-05): what waits, for how long, what nobody looked at, which mailbox is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Min, QuerySet
from django.utils import timezone

from mail import brake, health, lamp, quarantine
from mail.models import IncomingMail, OutgoingMail
from web.metrics import register_gauge

WAITING = (OutgoingMail.State.QUEUED, OutgoingMail.State.SENDING)


def register() -> None:
    register_gauge(
        "desk_mail_unprocessed_age_seconds", "Age of the oldest mail that is stored and not taken in.", unread
    )
    register_gauge("desk_mail_unsent_age_seconds", "Age of the oldest mail that should have left.", unsent)
    register_gauge("desk_mail_failed", "Mails that could not be sent within the last day.", failed)
    register_gauge("desk_mail_quarantined", "Mails kept aside until somebody looks.", quarantined)
    register_gauge("desk_mail_brake", "1 while outgoing mail is stopped by the brake.", braked)
    register_gauge("desk_mail_healthy", "0 while something about mail is red.", healthy)
    register_gauge(
        "desk_mail_read_age_seconds", "Seconds since a mailbox was last read; -1 for never.", read_age, label="mailbox"
    )
    register_gauge("desk_mail_failing", "1 while a mailbox cannot be read.", failing, label="mailbox")
    register_gauge("desk_mail_missing", "Mails in a mailbox that are not stored here.", missing, label="mailbox")


def unread() -> float:
    return _age(IncomingMail.objects.filter(state=IncomingMail.State.RECEIVED), "received")


def unsent() -> float:
    due = OutgoingMail.objects.filter(state__in=WAITING).exclude(not_before__gt=timezone.now())
    return _age(due, "created")


def failed() -> float:
    return lamp.failed()


def quarantined() -> float:
    return quarantine.waiting().count()


def braked() -> float:
    return float(brake.engaged() is not None)


def healthy() -> float:
    return float(all(tone != "red" for tone, _words in lamp.troubles()))


def read_age() -> Mapping[str, float]:
    now = timezone.now()
    fetched = [one for one in health.readings() if one.fetched]
    return {one.mailbox.address: (now - one.last_read).total_seconds() if one.last_read else -1.0 for one in fetched}


def failing() -> Mapping[str, float]:
    return {one.mailbox.address: float(one.failing) for one in health.readings() if one.fetched}


def missing() -> Mapping[str, float]:
    return {one.mailbox.address: float(one.missing) for one in health.readings() if one.fetched}


def _age(rows: QuerySet[IncomingMail] | QuerySet[OutgoingMail], field: str) -> float:
    oldest: datetime | None = rows.aggregate(oldest=Min(field))["oldest"]
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0
